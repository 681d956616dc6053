"""The audit's sentences."""

from decimal import Decimal

from simulator.ledger.figures import LineFigures
from simulator.ledger.model import Lot
from simulator.ledger.money import as_quantity, as_text, money
from simulator.ledger.packing import Summary
from simulator.wording import echo

LISTS = {True: "active", False: "inactive"}


def lot_off(lot: Lot, sold: Decimal, refunded: Decimal) -> str:
    there = lot.quantity + sold + refunded
    return (
        f"Lot {lot.tag} of {lot.license_number} received {_quantity(lot.received)}, but {_quantity(lot.quantity)} on hand, "
        f"{_quantity(sold)} sold and {_quantity(refunded)} refunded are {_quantity(there)}."
    )


def no_lot(license_number: str, whole: Summary, line: LineFigures) -> str:
    return f"{_line(license_number, whole, line)} is of lot {line.lot_id}, which is not there."


def line_off(license_number: str, whole: Summary, line: LineFigures, due: Decimal) -> str:
    return (
        f"{_line(license_number, whole, line)} has the total {line.total}, "
        f"but unit price x quantity - discount + taxes are {_money(due)}."
    )


def sum_off(license_number: str, whole: Summary, what: str, said: Decimal, due: Decimal) -> str:
    show = _quantity if what == "quantity" else _money
    return (
        f"{_receipt(license_number, whole)} has the {what} {show(said)}, but its lines come to {show(due)}."
    )


def wrong_list(license_number: str, whole: Summary, *, active: bool) -> str:
    return f"{_receipt(license_number, whole)} is {whole.state}, but in the list of {LISTS[active]} receipts."


def listed_only(license_number: str, whole: Summary, *, active: bool) -> str:
    return (
        f"{_receipt(license_number, whole)} is in the list of {LISTS[active]} receipts, "
        "but by its id it is not found, or not as it is there."
    )


def out_of_order(license_number: str, whole: Summary, *, active: bool) -> str:
    return f"{_receipt(license_number, whole)} is in the list of {LISTS[active]} receipts twice, or not in its place."


def unlisted(license_number: str, whole: Summary) -> str:
    return f"{_receipt(license_number, whole)} is {whole.state}, but in neither list of receipts."


def counts_off(license_number: str, active: int, inactive: int, all_of_them: int) -> str:
    return (
        f"{license_number} lists {active} active and {inactive} inactive receipts, "
        f"together {active + inactive}, but there are {all_of_them}."
    )


def not_found(license_number: str, whole: Summary, external_id: str) -> str:
    return f"{_receipt(license_number, whole)} is not found by its external_id {echo(external_id)}."


def found_wrongly(license_number: str, external_id: str) -> str:
    return f"The external_id {echo(external_id)} of {license_number} leads to a receipt that has another, or is not there."


def _receipt(license_number: str, whole: Summary) -> str:
    return f"Receipt {whole.number} of {license_number}"


def _line(license_number: str, whole: Summary, line: LineFigures) -> str:
    return f"Line {line.id} of receipt {whole.number} of {license_number}"


def _quantity(amount: Decimal) -> str:
    return as_text(as_quantity(amount))


def _money(amount: Decimal) -> str:
    return as_text(money(amount))
