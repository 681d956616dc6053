"""Deciding updates of one sale: new prices, new quantities, refunds, voids."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from simulator.ledger.commands import (
    ChangePrice,
    ChangeQuantity,
    LotAmount,
    RefundSale,
    UpdateSale,
    VoidReceipt,
)
from simulator.ledger.decision import Decision
from simulator.ledger.errors import Code, Rejected, Violation
from simulator.ledger.events import Move, ReceiptEvent
from simulator.ledger.lifecycle import Action, after, moved, refusal
from simulator.ledger.limits import exceeded
from simulator.ledger.model import Line, Lot, Receipt, ReceiptState, Tax, sold_quantity
from simulator.ledger.money import ZERO, as_quantity, as_text, cents, money, total
from simulator.ledger.purchases import customer_of
from simulator.ledger.rules.context import license_violations
from simulator.ledger.rules.goods import quantity_violations, sellable_violations, stock_violation
from simulator.ledger.rules.sums import discount_violations, price_violations
from simulator.ledger.rules.times import future_violations
from simulator.ledger.state import Book, Ledger
from simulator.ledger.warnings import update_warnings
from simulator.times import iso_utc
from simulator.wording import did_you_mean, echo

VOIDED, REFUNDED = "sale voided", "refunded"
DATE_FIELDS = {
    ChangePrice: "price_change_date",
    ChangeQuantity: "quantity_change_date",
    RefundSale: "refund_date",
    VoidReceipt: "void_date",
}


def change_price(ledger: Ledger, command: ChangePrice, now: datetime) -> Decision:
    """A new unit price for every line of a lot.

    GAP(update-keeps-payments): quantity, discount, taxes and payments stay as they were; totals are summed anew.
    """
    book, receipt, found = _open(ledger, command, Action.CHANGE_PRICE, now)
    found.extend(_lot_violations(book, receipt, command.amounts))
    prices = {each.lot_id: each.amount for each in command.amounts}
    lines = []
    for line in receipt.lines:
        lot_id = book.lots[line.lot_id].trace_id
        if lot_id in prices:
            path = _path(command.amounts, lot_id, "amount")
            found.extend(price_violations(prices[lot_id], path))
            found.extend(discount_violations(line.discount, prices[lot_id], line.quantity, path))
            lines.append(_summed(replace(line, unit_price=prices[lot_id])))
        else:
            lines.append(line)
    changed = _with_lines(receipt, tuple(lines), now)
    return _done(Action.CHANGE_PRICE, changed, "price changed", command, now, found)


def change_quantity(ledger: Ledger, command: ChangeQuantity, now: datetime) -> Decision:
    """A new quantity for the line of a lot; stock moves by the difference, the rest stays as it was."""
    book, receipt, found = _open(ledger, command, Action.CHANGE_QUANTITY, now)
    found.extend(_lot_violations(book, receipt, command.amounts))
    quantities = {each.lot_id: each.amount for each in command.amounts}
    lines, moves = [], []
    for line in receipt.lines:
        lot = book.lots[line.lot_id]
        if lot.trace_id not in quantities:
            lines.append(line)
            continue
        wanted = quantities[lot.trace_id]
        path = _path(command.amounts, lot.trace_id, "quantity")
        found.extend(_quantity_change_violations(ledger, receipt, line, lot, wanted, path))
        lines.append(_summed(replace(line, quantity=wanted)))
        if wanted != line.quantity:
            moves.append(Move(lot.id, line.quantity - wanted))
    if any(move.quantity < 0 for move in moves) and not command.purchase_limit_override:
        basket = [(book.lots[line.lot_id].item, line.quantity) for line in lines]
        state = book.license.state
        day = state.day_of(receipt.sold_at)
        customer = customer_of(
            state, receipt.customer_type, receipt.identifications, receipt.out_of_state, day
        )
        for excess in exceeded(book.purchases.uses(customer, day, basket, instead_of=receipt)):
            found.append(Violation(Code.PURCHASE_LIMIT_EXCEEDED, excess.message, "line_items"))
    changed = _with_lines(receipt, tuple(lines), now)
    return _done(Action.CHANGE_QUANTITY, changed, "quantity changed", command, now, found, tuple(moves))


def refund_sale(ledger: Ledger, command: RefundSale, now: datetime) -> Decision:
    """Take units off the sale, with their share of discount and taxes (GAP(refund-effect)).

    Stock returns only where the recipe says so.
    """
    book, receipt, found = _open(ledger, command, Action.REFUND_WHOLE, now)
    wanted: dict[str, Decimal] = {}
    for line in receipt.lines:
        lot_id = book.lots[line.lot_id].trace_id
        wanted[lot_id] = wanted.get(lot_id, ZERO) + line.quantity
    if command.amounts is not None:
        found.extend(_lot_violations(book, receipt, command.amounts))
        found.extend(_refund_violations(book, wanted, command.amounts))
        wanted = {each.lot_id: each.amount for each in command.amounts}
    if found:
        raise Rejected(found)
    lines, moves = [], []
    for line in receipt.lines:
        lot_id = book.lots[line.lot_id].trace_id
        taken = min(line.quantity, wanted.get(lot_id, ZERO))
        if taken > 0:
            wanted[lot_id] -= taken
            if ledger.policies.refund_restocks:
                moves.append(Move(line.lot_id, taken))
        lines.append(_refunded(line, taken) if taken > 0 else line)
    changed = _with_lines(receipt, tuple(lines), now)
    whole = changed.quantity == 0
    action = Action.REFUND_WHOLE if whole else Action.REFUND_PART
    return _done(
        action, changed, REFUNDED if whole else "refunded in part", command, now, found, tuple(moves)
    )


def refunded_in_whole(receipt: Receipt, at: datetime, username: str) -> Receipt:
    """What a refund of everything, made and reported at `at`, leaves of an active receipt."""
    lines = tuple(_refunded(line, line.quantity) for line in receipt.lines)
    return moved(_with_lines(receipt, lines, at), ReceiptState.REFUNDED, dated(REFUNDED, at), at, username)


def dated(reason: str, at: datetime) -> str:
    """GAP(action-dates): the date the caller gives is told in the reason; the entry has the time of processing. It may
    lie before the sale, as the vendor's own sample has it, but not in the future.
    """
    return f"{reason} on {iso_utc(at)}"


def _refund_violations(
    book: Book, sold: dict[str, Decimal], amounts: tuple[LotAmount, ...]
) -> Iterator[Violation]:
    """Each quantity is a proper one, and no more than is left of the lot on the sale."""
    for index, each in enumerate(amounts):
        path = f"line_items[{index}].quantity"
        yield from quantity_violations(each.amount, book.lot(each.lot_id), path)
        if each.lot_id in sold and each.amount > sold[each.lot_id]:
            left = as_text(as_quantity(sold[each.lot_id]))
            message = f"Only {left} of lot {each.lot_id} are left on the sale, {as_text(each.amount)} to be refunded."
            yield Violation(Code.REFUND_EXCEEDS_SALE, message, path)


def void_receipt(ledger: Ledger, command: VoidReceipt, now: datetime) -> Decision:
    """Everything still on the receipt goes back to its lots. GAP(void-keeps-amounts): its amounts stay readable."""
    _, receipt, found = _open(ledger, command, Action.VOID, now)
    moves = tuple(Move(line.lot_id, line.quantity) for line in receipt.lines if line.quantity)
    reason = f"{VOIDED}: {command.reason}" if command.reason else VOIDED
    return _done(Action.VOID, receipt, reason, command, now, found, moves)


def _open(
    ledger: Ledger, command: UpdateSale, action: Action, now: datetime
) -> tuple[Book, Receipt, list[Violation]]:
    """The book and the receipt, and what already speaks against the command."""
    refused = list(license_violations(ledger, command.actor, command.license_number, command.state_code))
    if refused:
        raise Rejected(refused)
    book = ledger.books[command.license_number]
    receipt = book.receipt(command.receipt)
    if receipt is None:
        message = f"Sale {echo(command.receipt)} does not exist on license {command.license_number}."
        raise Rejected([Violation(Code.SALE_UNKNOWN, message, "id")])
    found = []
    if after(receipt.state, action) is None:
        found.append(
            Violation(Code.TRANSITION_REFUSED, refusal(receipt.number, receipt.state, action), "actions.id")
        )
    if command.currency_id is not None and command.currency_id != receipt.currency_id:
        message = f"The currency must be the original sale's, {receipt.currency_id}, not {echo(command.currency_id)}."
        found.append(Violation(Code.CURRENCY_MISMATCH, message, "currency.id"))
    if command.at is not None:
        found.extend(future_violations(command.at, now, DATE_FIELDS[type(command)]))
    return book, receipt, found


def _lot_violations(book: Book, receipt: Receipt, amounts: tuple[LotAmount, ...]) -> Iterator[Violation]:
    """Each lot is named once and is on the sale."""
    on_sale = {book.lots[line.lot_id].trace_id for line in receipt.lines}
    seen: set[str] = set()
    for index, each in enumerate(amounts):
        path = f"line_items[{index}].lot.id"
        if each.lot_id not in on_sale:
            message = f"Lot {echo(each.lot_id)} is not on the sale.{did_you_mean(each.lot_id, on_sale)}"
            yield Violation(Code.LOT_NOT_ON_SALE, message, path)
        if each.lot_id in seen:
            yield Violation(Code.LOT_REPEATED, f"Lot {echo(each.lot_id)} is named more than once.", path)
        seen.add(each.lot_id)


def _quantity_change_violations(
    ledger: Ledger, receipt: Receipt, line: Line, lot: Lot, wanted: Decimal, path: str
) -> Iterator[Violation]:
    yield from quantity_violations(wanted, lot, path)
    yield from discount_violations(line.discount, line.unit_price, wanted, path)
    # GAP(lot-on-several-lines): updates name lots, not lines; a quantity cannot be told apart, a price goes to all.
    if sum(other.lot_id == lot.id for other in receipt.lines) > 1:
        message = f"Lot {lot.trace_id} is on several lines of the sale; which of them changes cannot be told."
        yield Violation(Code.LOT_AMBIGUOUS, message, path)
    more = wanted - line.quantity
    if more > 0:
        yield from sellable_violations(lot, path)
        if more > lot.quantity and not ledger.policies.oversell:
            yield stock_violation(lot, more, lot.quantity, path)


def _path(amounts: tuple[LotAmount, ...], lot_id: str, name: str) -> str:
    index = next(index for index, each in enumerate(amounts) if each.lot_id == lot_id)
    return f"line_items[{index}].{name}"


def _summed(line: Line) -> Line:
    return replace(line, total=money(line.net + line.tax))


def _refunded(line: Line, taken: Decimal) -> Line:
    """The line less `taken` units and their share, to the cent, of its discount and taxes."""
    left = as_quantity(line.quantity - taken)

    def share(amount: Decimal) -> Decimal:
        return cents(amount * left / line.quantity)

    taxes = tuple(Tax(tax.type_id, tax.name, tax.rate, share(tax.total)) for tax in line.taxes)
    discount = None if line.discount is None else min(share(line.discount), line.unit_price * left)
    return _summed(
        replace(
            line, quantity=left, discount=discount, taxes=taxes, refunded=as_quantity(line.refunded + taken)
        )
    )


def _with_lines(receipt: Receipt, lines: tuple[Line, ...], now: datetime) -> Receipt:
    return replace(
        receipt,
        lines=lines,
        subtotal=money(total(line.net for line in lines)),
        quantity=sold_quantity(lines),
        total=money(total(line.total for line in lines)),
        modified_at=now,
    )


def _done(
    action: Action,
    receipt: Receipt,
    reason: str,
    command: UpdateSale,
    now: datetime,
    found: list[Violation],
    moves: tuple[Move, ...] = (),
) -> Decision:
    """Refuse if anything was found, else the one event and its warnings."""
    state = after(receipt.state, action)
    if found or state is None:
        raise Rejected(found)
    if command.at is not None:
        reason = dated(reason, command.at)
    changed = moved(receipt, state, reason, now, command.actor.username)
    event = ReceiptEvent(action, changed, now, command.actor.username, moves)
    # A void leaves all amounts as they were.
    warnings = () if state is ReceiptState.VOIDED else tuple(update_warnings(changed, now))
    return Decision((event,), warnings)
