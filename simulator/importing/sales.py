"""Reading a Trace sale: as it was posted, or as GET and POST answer it."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.importing import values
from simulator.importing.parts import Part
from simulator.importing.places import Place
from simulator.importing.problems import BadValue, shown, unlike
from simulator.importing.soldlines import MOST_ENTRIES, lines_of
from simulator.importing.told import Told, ToldEmployee, ToldLine, Vendor
from simulator.ledger.lifecycle import HISTORY_STATES
from simulator.ledger.model import Identification, Payment, ReceiptState, StateChange
from simulator.ledger.money import as_text, money, same_money, total
from simulator.ledger.states import STATES
from simulator.ledger.vocabulary import CURRENCIES, customer_types, identification_types, payment_types

CLOSED = frozenset({ReceiptState.VOIDED, ReceiptState.REFUNDED})
STATE_NAMES = {name: state for state, name in HISTORY_STATES.items()}
# GAP(import-updated-state): other Trace entities note an update as a state `updated`; a sale's stays what it was.
UPDATED = "updated"
MOST_CHANGES = 1000

_CUSTOMER_TYPE = re.compile(r"([A-Z]{2})KOMCT[0-9]{4}")


def sale(told: Any, place: Place) -> Told:
    """What a sale tells. Raises BadValue for the first thing that is wrong with it."""
    part = Part(told)
    license_ = part.part("license")
    customer_type_id = part.part("customer_types").must("id", values.name)
    state_code = _state_code(customer_type_id)
    known = customer_types(state_code)
    if customer_type_id not in known:
        raise BadValue(
            f"{unlike(customer_type_id, known)} (customer types of {STATES[state_code].name})",
            ("customer_types", "id"),
        )
    lines = lines_of(part.part("line_items"))
    subtotal, quantity, due = _totals(part.part("totals"), lines)
    created, employee = part.part("created_at"), part.part("employees")
    type_ = license_.optional("type")
    history = _history(part.optional("entity_state"))
    state, closed_at = _state(history)
    sold_at, local_time = created.get("date", values.instant), created.get("local_time", _local)
    if sold_at is None and local_time is None:
        raise BadValue("there is no value", ("created_at", "date"))
    return Told(
        place=place,
        vendor=Vendor.TRACE,
        license_number=license_.must("license_number", values.name),
        state_code=state_code,
        license_type=type_.get("name", values.text) if type_ else None,
        trace_id=part.get("id", values.name),
        number=part.get("receipt_number", values.text),
        state=state,
        customer_type=known[customer_type_id],
        local_time=local_time,
        sold_at=sold_at,
        recorded_at=history[0].at if history else None,
        modified_at=history[-1].at if history else None,
        archived_on=closed_at,
        recorded_by=history[0].actioned_by if history else None,
        lines=lines,
        identifications=_identifications(part.optional("identifications"), state_code),
        employee=_employee(employee),
        terminal=part.get("terminal", values.text),
        external_id=part.get("external_id", values.text),
        out_of_state=part.get("out_of_state_sale", values.boolean),
        currency_id=_one_of(part.part("currency"), CURRENCIES),
        subtotal=subtotal,
        quantity=quantity,
        total=due,
        payments=_payments(part.part("payments"), state_code),
        history=history,
    )


def _state_code(customer_type_id: str) -> str:
    """GAP(import-trace-state): a sale does not name its state; the prefix of its customer type's id does."""
    match = _CUSTOMER_TYPE.fullmatch(customer_type_id)
    if match is None or match[1].lower() not in STATES:
        raise BadValue(
            f"{shown(customer_type_id)} is no customer type such as CAKOMCT0001, which begins with its state",
            ("customer_types", "id"),
        )
    return match[1].lower()


def _local(value: object) -> datetime | None:
    """A local time; one that is written with a zone is what its clock shows."""
    found = values.moment(value)
    return None if found is None else found.replace(tzinfo=None)


def _one_of(part: Part, known: Any) -> str:
    """The `id` of an object, one of those that are known."""
    id_ = part.must("id", values.name)
    if id_ not in known:
        raise BadValue(unlike(id_, known), (*part.path, "id"))
    return id_


def _totals(totals: Part, lines: tuple[ToldLine, ...]) -> list[Decimal]:
    """Subtotal, quantity and total: the sums of the lines, to within the cent that the ledger allows a client."""
    if totals.get("total", values.amount) is None and totals.get("amount", values.amount) is not None:
        raise BadValue(
            "this is how a PUT answers, without discounts and taxes; import the sale as GET shows it",
            totals.path,
        )
    due = {
        "subtotal": total(line.net for line in lines),
        "quantity": total(line.quantity for line in lines),
        "total": total(line.total for line in lines),
    }
    told = []
    for name, sum_ in due.items():
        said = totals.must(name, values.amount)
        if not same_money(said, sum_):
            raise BadValue(
                f"{as_text(said)} is not what the line items come to, {as_text(money(sum_))}",
                (*totals.path, name),
            )
        told.append(said)
    return told


def _history(part: Part | None) -> tuple[StateChange, ...]:
    if part is None:
        return ()
    changes = []
    for each in part.items(MOST_CHANGES):
        state = each.must("state", values.text)
        if state not in STATE_NAMES and state != UPDATED:
            raise BadValue(unlike(state, (*STATE_NAMES, UPDATED)), (*each.path, "state"))
        at = each.must("date", values.instant)
        changes.append(
            StateChange(
                state, at, each.get("reason", values.text) or "", each.get("actioned_by", values.text) or ""
            )
        )
    return tuple(changes)


def _state(history: tuple[StateChange, ...]) -> tuple[ReceiptState, datetime | None]:
    """The state a history ends in, and when the sale was closed for good."""
    for change in reversed(history):
        state = STATE_NAMES.get(change.state)
        if state is not None:
            return state, change.at if state in CLOSED else None
    return ReceiptState.ACTIVE, None


def _identifications(part: Part | None, state_code: str) -> tuple[Identification, ...]:
    if part is None:
        return ()
    return tuple(
        Identification(
            _one_of(each.part("types"), identification_types(state_code)),
            each.must("id", values.text),
            each.get("birthday", values.instant),
        )
        for each in part.items(MOST_ENTRIES)
    )


def _employee(part: Part) -> ToldEmployee:
    id_, name = part.must("id", values.name), part.optional("name")
    if name is None:
        return ToldEmployee(id_)
    return ToldEmployee(id_, name.get("first_name", values.text), name.get("last_name", values.text))


def _payments(part: Part, state_code: str) -> tuple[Payment, ...]:
    return tuple(
        Payment(
            _one_of(each.part("type"), payment_types(state_code)),
            each.must("amount", values.amount),
            each.get("id", values.text),
            each.get("provider_name", values.text),
        )
        for each in part.items(MOST_ENTRIES)
    )
