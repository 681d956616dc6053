"""Which lines of a sale are sound at first sight: nearly all, so that rules about single lines look at the others only."""

from decimal import Decimal

from simulator.ledger.commands import LineDraft
from simulator.ledger.identity import ByIdentity
from simulator.ledger.model import SELLABLE_LAB_STATES, Lot, Tax
from simulator.ledger.money import ZERO, is_whole
from simulator.ledger.vocabulary import TAX_TYPES


def is_sellable(lot: Lot) -> bool:
    """A lot sells when it is active, not on hold, and lab-passed or in no need of a test."""
    return lot.finished_at is None and not lot.on_hold and lot.lab_state in SELLABLE_LAB_STATES


def is_sold_so(quantity: Decimal, lot: Lot | None) -> bool:
    """A quantity is above zero (GAP(zero-quantity)), and whole where the lot is counted."""
    return quantity > ZERO and (lot is None or is_whole(quantity) or not lot.item.counted)


@ByIdentity
def are_taxed_so(taxes: tuple[Tax, ...]) -> bool:
    """Taxes are of known types, and none is below zero."""
    return all(tax.type_id in TAX_TYPES and tax.total >= ZERO for tax in taxes)


def is_sound(line: LineDraft, lot: Lot | None, net: Decimal, tax: Decimal) -> bool:
    """Whether no rule about single lines has anything to say. Where in doubt, False: the rules find out."""
    return (
        lot is not None
        and is_sellable(lot)
        and is_sold_so(line.quantity, lot)
        and line.unit_price >= ZERO
        and (line.discount is None or (line.discount >= ZERO and net >= ZERO))
        and are_taxed_so(line.taxes)
        and line.total == net + tax
    )
