"""GET lots: what is there to sell."""

from collections.abc import Mapping
from types import MappingProxyType

from simulator.ledger.errors import Code, Rejected, Violation
from simulator.ledger.model import LabState, Lot, StateChange
from simulator.ledger.state import Book, derived_id
from simulator.ledger.units import QuantityType
from simulator.times import iso_utc
from simulator.trace import envelope
from simulator.trace.auth import licensed
from simulator.trace.envelope import JSON
from simulator.trace.params import LicenseQuery, LotQuery
from simulator.trace.present import history, license_shape
from simulator.wire.answer import Answer
from simulator.wire.operation import Call
from simulator.wording import did_you_mean, echo

LAB_WORDS: Mapping[LabState, str] = MappingProxyType(
    {
        LabState.NOT_SUBMITTED: "lab_testing_not_submitted",
        LabState.SUBMITTED: "lab_testing_submitted",
        LabState.RANDOM_TESTING: "lab_testing_submitted",
        LabState.IN_PROGRESS: "lab_testing_in_progress",
        LabState.AWAITING_CONFIRMATION: "lab_testing_awaiting_confirmation",
        LabState.PASSED: "lab_testing_passed",
        LabState.PROCESS_VALIDATED: "lab_testing_passed",
        LabState.FAILED: "lab_testing_failed",
        LabState.RETEST_FAILED: "lab_retest_failed",
        LabState.RETEST_PASSED: "lab_retest_passed",
    }
)


def list_lots(call: Call[LotQuery, None]) -> Answer:
    """Lots that are now in `entity_state` (active unless asked otherwise), in the order they were received.

    GAP(lot-list): which date the two dates bound is not documented; here it is that of receipt. A barcode is exact.
    """
    book, query = licensed(call), call.query
    rows = [
        lot
        for lot in book.lots.values()
        if query.entity_state in current_states(lot)
        and (query.barcode is None or lot.tag == query.barcode)
        and (query.start_date is None or lot.received_at >= query.start_date)
        and (query.end_date is None or lot.received_at <= query.end_date)
    ]
    return envelope.page(call.request, query, rows, lambda lot: lot_shape(lot, book))


def read(call: Call[LicenseQuery, None]) -> Answer:
    """One lot in whatever state it is."""
    book = licensed(call)
    lot_id: str = call.request.path_params["id"]
    lot = book.lot(lot_id)
    if lot is None:
        hint = did_you_mean(lot_id, book.lot_trace_ids())
        message = f"Lot {echo(lot_id)} does not exist on license {book.license.number}.{hint}"
        raise Rejected([Violation(Code.LOT_UNKNOWN, message, "id")])
    return envelope.one(lot_shape(lot, book))


def current_states(lot: Lot) -> set[str]:
    """All the documented states that hold of a lot now. GAP(lot-states): which apply together is not documented."""
    states = {LAB_WORDS[lot.lab_state]} if lot.lab_state in LAB_WORDS else set()
    if lot.finished_at is not None:
        return states | {"finished", "inactive"}
    if lot.history[-1].state == "unfinished":
        states.add("unfinished")
    return states | {"onhold" if lot.on_hold else "active"}


def _changes(lot: Lot) -> list[StateChange]:
    """The lot's history, with its test and its hold where they happened: on arrival."""
    received, *later = lot.history
    on_arrival = [received]
    if lot.lab_state in LAB_WORDS:
        on_arrival.append(
            StateChange(LAB_WORDS[lot.lab_state], lot.received_at, "lab testing", "system generated")
        )
    if lot.on_hold:
        on_arrival.append(StateChange("onhold", lot.received_at, "put on hold", "system generated"))
    return [*on_arrival, *later]


def lot_shape(lot: Lot, book: Book) -> JSON:
    """As documented; the quantity is a number, unlike in sales."""
    item, unit = lot.item, lot.item.unit
    strain = {"id": derived_id("strain", item.strain), "name": item.strain} if item.strain else None
    return {
        "license": license_shape(book.license),
        "id": lot.trace_id,
        "name": item.name,
        "barcode": lot.tag,
        "quantity": int(lot.quantity) if lot.quantity == int(lot.quantity) else float(lot.quantity),
        "unit_of_measure": unit.name,
        "date": iso_utc(lot.received_at),
        "type": {"id": "KOMLT0001", "name": "Product"},
        "location": {
            "id": derived_id("location", book.license.number, lot.location),
            "name": lot.location,
            "type": {"id": "1", "name": "Retail"},
        },
        "origin": {"plant": [], "plant_batch": [], "harvest": [], "lots": []},
        "contents": {
            "strain": strain,
            "product": {
                "id": derived_id("product", book.license.number, item.id),
                "name": item.name,
                "category": {
                    "id": str(item.category_id),
                    "type": item.product_class,
                    "main_category": item.category,
                    "sub_category": "",
                },
                "characteristics": {
                    "quantity_type": unit.quantity_type,
                    "unit_of_measure": unit.name,
                    "ingredients": [],
                    "strain": strain,
                    "unit": _unit_shape(lot),
                },
            },
        },
        "entity_state": history(_changes(lot)),
    }


def _unit_shape(lot: Lot) -> JSON:
    """What one unit holds; null where the product does not say."""
    item = lot.item
    thc_percent = None if item.thc_percent is None else float(item.thc_percent)
    counted = item.unit.quantity_type is QuantityType.COUNT
    return {
        "cannabinoids": {"cbd_percent": None, "thc_percent": thc_percent},
        "thc_content": None if item.unit_thc is None else float(item.unit_thc),
        "thc_content_uom": None if item.unit_thc is None else "Milligrams",
        "weight": float(item.unit_weight) if counted and item.unit_weight is not None else None,
        "weight_uom": "Grams" if counted and item.unit_weight is not None else None,
    }
