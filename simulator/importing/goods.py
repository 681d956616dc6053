"""The lots of a license and the lines that sell from them: those that were told, and invented ones where none were."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from msgspec.structs import replace

from simulator.importing.told import Told, ToldLot
from simulator.ledger.model import Line, Lot, ReceiptState, StateChange
from simulator.ledger.money import ZERO, as_quantity, money
from simulator.ledger.products import Item, ProductClass
from simulator.ledger.state import derived_id
from simulator.ledger.units import EACH, GRAMS, UNITS

# GAP(import-products): neither vendor's receipt tells what a purchase limit would know a product as, so every imported
# one is merchandise, which draws on no limit.
PRODUCT_CLASS = ProductClass.MERCHANDISE
PRODUCT, CATEGORY = "Imported product", "Imported"
FIRST_ITEM_ID, FIRST_CATEGORY_ID = 12345, 401
FEWEST_LOTS = 8
# GAP(import-stock): what is left of a package is not told by what was sold of it.
LEFT = Decimal(100)
RECEIVED_BEFORE = timedelta(days=7)


class Items:
    """The products of a world, each once."""

    def __init__(self) -> None:
        self._items: dict[tuple[object, ...], Item] = {}
        self._categories: dict[str, int] = {}

    def item(self, lot: ToldLot) -> Item:
        key = (
            lot.name,
            lot.unit,
            lot.category,
            lot.strain,
            lot.brand,
            lot.unit_weight,
            lot.unit_thc,
            lot.thc_percent,
        )
        if key not in self._items:
            category = lot.category or CATEGORY
            self._items[key] = Item(
                id=FIRST_ITEM_ID + len(self._items),
                name=PRODUCT if lot.name is None else lot.name,
                product_class=PRODUCT_CLASS,
                category=category,
                category_id=self._categories.setdefault(category, FIRST_CATEGORY_ID + len(self._categories)),
                unit=UNITS[lot.unit or EACH.abbreviation],
                strain=lot.strain,
                brand=lot.brand,
                unit_weight=lot.unit_weight,
                unit_thc=lot.unit_thc,
                thc_percent=lot.thc_percent,
            )
        return self._items[key]


class Goods:
    """One license's. `block` tells its tags from those of the other licenses; `first_id` is its first receipt's."""

    def __init__(
        self, number: str, block: int, told: Sequence[Told], first_id: int, items: Items, filled: Counter[str]
    ) -> None:
        self._number = number
        self._block = f"1A4F{block:04X}"
        self._items = items
        self._filled = filled
        self._told = _with_units(told)
        self._ids = _numbered(self._told)
        self._sold = dict.fromkeys(self._ids.values(), ZERO)
        most = max((each.packages or 1 for each in told if not each.lines), default=0)
        next_id = max(self._sold, default=0) + 1
        self._invented = range(next_id, next_id + (max(most, FEWEST_LOTS) if most else 0))
        self._invented_sold = [0] * len(self._invented)
        line_ids = [line.id for each in told for line in each.lines if line.id is not None]
        self._line_ids = count(max(line_ids) + 1 if line_ids else first_id)

    def lines(self, told: Told, receipt_id: int) -> tuple[Line, ...]:
        """The receipt's lines: as told, else one a package, each of one piece."""
        returned = told.state is ReceiptState.VOIDED
        if told.lines:
            for line in told.lines:
                if not returned:
                    self._sold[self._ids[line.lot.key]] += line.quantity
            return tuple(
                Line(
                    next(self._line_ids) if line.id is None else line.id,
                    self._ids[line.lot.key],
                    line.quantity,
                    line.unit_price,
                    line.discount,
                    line.taxes,
                    line.total,
                )
                for line in told.lines
            )
        packages = told.packages or 1
        self._filled["package_counts"] += told.packages is None
        self._filled["lines"] += packages
        lines = []
        for offset, price in enumerate(shares(told.price or ZERO, packages)):
            place = (receipt_id + offset) % len(self._invented)
            self._invented_sold[place] += not returned
            lines.append(Line(next(self._line_ids), self._invented[place], ONE, price, None, (), price))
        return tuple(lines)

    def lots(self, first_sale: datetime, last_change: datetime) -> list[Lot]:
        """Every lot as it stands after the sales; there is always some left."""
        at = first_sale.replace(microsecond=0) - RECEIVED_BEFORE
        sold = {**self._sold, **dict(zip(self._invented, map(Decimal, self._invented_sold), strict=True))}
        told = {self._ids[key]: lot for key, lot in self._told.items()}
        self._filled["lots"] += len(self._invented)
        return [self._lot(id_, told.get(id_, ToldLot()), sold[id_], at, last_change) for id_ in sorted(sold)]

    def _lot(self, id_: int, told: ToldLot, sold: Decimal, at: datetime, last_change: datetime) -> Lot:
        if told.tag is None:
            self._filled["lot_tags"] += 1
        if told.name is None:
            self._filled["products"] += 1
        return Lot(
            id=id_,
            trace_id=told.trace_id or derived_id("imported lot", self._number, id_),
            tag=told.tag or f"{self._block}{id_:016}",
            license_number=self._number,
            item=self._items.item(told),
            received=as_quantity(sold + LEFT),
            quantity=LEFT,
            received_at=at,
            modified_at=last_change,
            history=(StateChange("active", at, "lot received", "system generated"),),
        )


ONE = Decimal(1)


def shares(price: Decimal, parts: int) -> list[Decimal]:
    """A price in parts as equal as its own decimals, two at least, let them be; together they are the price exactly.

    GAP(import-lines): a receipt's lines are not in its report; what one package cost is our division.
    """
    exponent = min(int(price.as_tuple().exponent), -2)
    base, rest = divmod(int(price.scaleb(-exponent)), parts)
    return [money(Decimal(base + (index < rest)).scaleb(exponent)) for index in range(parts)]


def _with_units(told: Sequence[Told]) -> dict[str, ToldLot]:
    """Each lot once, with what any of its lines says of it; where they differ, the first counts. One that is sold in
    fractions is weighed, unless its unit is told.
    """
    found: dict[str, ToldLot] = {}
    weighed = set()
    for each in told:
        for line in each.lines:
            lot = line.lot
            known = found.setdefault(lot.key, lot)
            if known is not lot and known != lot:
                found[lot.key] = _completed(known, lot)
            if line.quantity != line.quantity.to_integral_value():
                weighed.add(lot.key)
    return {
        key: lot
        if lot.unit is not None
        else replace(lot, unit=(GRAMS if key in weighed else EACH).abbreviation)
        for key, lot in found.items()
    }


def _completed(lot: ToldLot, by: ToldLot) -> ToldLot:
    """The first, with what only the second says."""
    more = {name: getattr(by, name) for name in ToldLot.__struct_fields__ if getattr(lot, name) is None}
    return replace(lot, **more)


def _numbered(lots: Mapping[str, ToldLot]) -> dict[str, int]:
    """The T3 id of each lot: as told where no other has it, else counted on."""
    taken: dict[int, str] = {}
    for key, lot in lots.items():
        if lot.id is not None:
            taken.setdefault(lot.id, key)
    ids = count(max(taken, default=0) + 1)
    return {
        key: lot.id if lot.id is not None and taken[lot.id] == key else next(ids) for key, lot in lots.items()
    }
