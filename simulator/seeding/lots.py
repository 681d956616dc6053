"""Receiving: the lots that come to a license, with ids in order and tags in Metrc's shape."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import Decimal

from simulator.ledger.model import LabState, License, Lot, StateChange
from simulator.ledger.products import Item
from simulator.ledger.state import derived_id
from simulator.seeding.find import RecipeError

SUPPLIER_NUMBER, SUPPLIER_NAME = "DIST-0042", "Golden Coast Distribution"


class Receiving:
    """One license's incoming lots. `block` tells its tags from those of the other licenses of the recipe;
    `taken_tags` are those the recipe spells out.
    """

    def __init__(self, license_: License, block: int, taken_tags: AbstractSet[str | None]) -> None:
        self._number = license_.number
        self.next_id = license_.first_lot_id
        self._block = f"1A4{block:05X}"
        self._taken_tags = taken_tags

    def receive(
        self,
        item: Item,
        quantity: Decimal,
        at: datetime,
        *,
        lab_state: LabState = LabState.PASSED,
        on_hold: bool = False,
        trace_id: str | None = None,
        tag: str | None = None,
    ) -> Lot:
        """The next lot."""
        lot_id = self.next_id
        self.next_id += 1
        if tag is None:
            tag = f"{self._block}{lot_id:016}"
            if tag in self._taken_tags:
                raise RecipeError(f"lots: the tag {tag} is there twice")
        return Lot(
            id=lot_id,
            trace_id=trace_id or derived_id("lot", self._number, lot_id),
            tag=tag,
            license_number=self._number,
            item=item,
            received=quantity,
            quantity=quantity,
            received_at=at,
            modified_at=at,
            history=(StateChange("active", at, "lot received", "system generated"),),
            lab_state=lab_state,
            on_hold=on_hold,
            source_license_number=SUPPLIER_NUMBER,
            source_license_name=SUPPLIER_NAME,
        )
