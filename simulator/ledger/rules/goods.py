"""Rules about what is sold: the lots, their stock, and how much of it one customer may buy."""

from decimal import Decimal

from simulator.ledger.errors import Code, Violation
from simulator.ledger.limits import exceeded
from simulator.ledger.model import SELLABLE_LAB_STATES, Lot
from simulator.ledger.money import ZERO, as_quantity, as_text, is_whole
from simulator.ledger.purchases import customer_of
from simulator.ledger.rules.context import SaleContext
from simulator.ledger.rules.lines import is_sellable, is_sold_so
from simulator.wording import did_you_mean, echo

MOST_HINTS = 2
"""Unknown lots of one sale that are told the nearest one; to compare ids is slow."""


def sellable_violations(lot: Lot, path: str) -> list[Violation]:
    """Why a lot is not sellable."""
    found: list[Violation] = []
    if lot.finished_at is not None:
        found.append(Violation(Code.LOT_INACTIVE, f"Lot {lot.trace_id} is sold out and finished.", path))
    if lot.on_hold:
        found.append(Violation(Code.LOT_ON_HOLD, f"Lot {lot.trace_id} is on hold.", path))
    if lot.lab_state not in SELLABLE_LAB_STATES:
        message = f"Lot {lot.trace_id} may not be sold: its lab state is {lot.lab_state}."
        found.append(Violation(Code.LOT_LAB_STATE, message, path))
    return found


def quantity_violations(quantity: Decimal, lot: Lot | None, path: str) -> list[Violation]:
    """Why a lot is not sold in such a quantity."""
    found: list[Violation] = []
    if quantity <= ZERO:
        message = f"The quantity must be above 0, not {as_text(quantity)}."
        found.append(Violation(Code.QUANTITY_NOT_POSITIVE, message, path))
    if lot and lot.item.counted and not is_whole(quantity):
        message = (
            f"Lot {lot.trace_id} is sold by {lot.item.unit.name}: {as_text(quantity)} is not a whole number."
        )
        found.append(Violation(Code.QUANTITY_NOT_WHOLE, message, path))
    return found


def stock_violation(lot: Lot, wanted: Decimal, available: Decimal, path: str) -> Violation:
    unit = lot.item.unit.name
    message = f"Lot {lot.trace_id} has {as_text(as_quantity(max(available, ZERO)))} {unit} left, {as_text(wanted)} wanted."
    return Violation(Code.STOCK_INSUFFICIENT, message, path)


def lots_are_sellable(sale: SaleContext) -> list[Violation]:
    found: list[Violation] = []
    if sale.book is None:
        return found
    hints = MOST_HINTS
    for index, line, lot in sale.doubtful:
        if lot is None:
            hint = did_you_mean(line.lot_id, sale.book.lot_trace_ids()) if hints > 0 else ""
            hints -= 1
            message = f"Lot {echo(line.lot_id)} is not known on license {sale.book.license.number}.{hint}"
            found.append(Violation(Code.LOT_UNKNOWN, message, sale.at_line(index, "lot.id")))
        elif not is_sellable(lot):
            found += sellable_violations(lot, sale.at_line(index, "lot.id"))
    return found


def quantities_are_positive_and_whole_where_counted(sale: SaleContext) -> list[Violation]:
    found: list[Violation] = []
    for index, line, lot in sale.doubtful:
        if not is_sold_so(line.quantity, lot):
            found += quantity_violations(line.quantity, lot, sale.at_line(index, "quantity"))
    return found


def lots_are_in_stock(sale: SaleContext) -> list[Violation]:
    """Summed over the lines of one sale and over the sales of one batch. GAP(oversell): refused unless the recipe allows."""
    found: list[Violation] = []
    taken = sale.taken
    for index, line, lot in sale.lines:
        wanted = line.quantity
        if lot is None or wanted <= ZERO:
            continue
        key = (lot.license_number, lot.id)
        before = taken.get(key, ZERO)
        taken[key] = after = before + wanted
        if after > lot.quantity and not sale.ledger.policies.oversell:
            path = sale.at_line(index, "quantity")
            found.append(stock_violation(lot, wanted, lot.quantity - before, path))
    return found


def stays_within_purchase_limits(sale: SaleContext) -> list[Violation]:
    """GAP(limit-rules): Trace says that it checks limits, not which; each state's own are in ledger/states."""
    if sale.customer is None or sale.book is None:
        return []
    draft, state = sale.draft, sale.book.license.state
    day = sale.sold_at_local.date() if state is sale.state else state.day_of(draft.sold_at)
    customer = customer_of(state, sale.customer, draft.identifications, draft.out_of_state, day)
    basket = [(lot.item, line.quantity) for _, line, lot in sale.lines if lot and line.quantity > ZERO]
    same_batch = sale.bought.setdefault((draft.license_number, customer.id), [])
    uses = sale.book.purchases.uses(customer, day, basket, others=same_batch)
    same_batch.append((day, basket))
    return [
        Violation(Code.PURCHASE_LIMIT_EXCEEDED, excess.message, sale.at("line_items"))
        for excess in exceeded(uses)
    ]
