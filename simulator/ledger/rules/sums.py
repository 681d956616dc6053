"""Rules about money: prices, discounts, taxes, totals and payments. Off by less than one cent is accepted."""

from collections.abc import Iterator
from decimal import Decimal

from simulator.ledger.errors import Code, Violation
from simulator.ledger.money import ZERO, as_text, money, same_money, total
from simulator.ledger.rules.context import SaleContext
from simulator.ledger.vocabulary import CURRENCIES, TAX_TYPES, payment_types
from simulator.wording import did_you_mean, echo, listed


def price_violations(price: Decimal, path: str) -> Iterator[Violation]:
    # GAP(zero-price): a price of 0 is accepted, as promotional lines have it; below 0 is not.
    if price < 0:
        yield Violation(Code.PRICE_NEGATIVE, f"The price must not be below 0, not {as_text(price)}.", path)


def discount_violations(
    discount: Decimal | None, unit_price: Decimal, quantity: Decimal, path: str
) -> Iterator[Violation]:
    """Between nothing and the line's price (GAP(discount-base): unit price times quantity, not the unit price)."""
    price = unit_price * quantity
    if discount is not None and not ZERO <= discount <= max(price, ZERO):
        message = f"The discount must be between 0 and the line's price {as_text(money(price))}, not {as_text(discount)}."
        yield Violation(Code.DISCOUNT_OUT_OF_RANGE, message, path)


def prices_are_not_negative(sale: SaleContext) -> Iterator[Violation]:
    for path, line, _ in sale.lines():
        yield from price_violations(line.unit_price, f"{path}.unit_price")


def discounts_are_between_nothing_and_the_price(sale: SaleContext) -> Iterator[Violation]:
    for path, line, _ in sale.lines():
        yield from discount_violations(line.discount, line.unit_price, line.quantity, f"{path}.discount")


def tax_types_are_known(sale: SaleContext) -> Iterator[Violation]:
    for path, line, _ in sale.lines():
        for index, tax in enumerate(line.taxes):
            where = f"{path}.taxes[{index}]"
            if tax.type_id not in TAX_TYPES:
                hint = did_you_mean(tax.type_id, TAX_TYPES)
                message = f"Tax type {echo(tax.type_id)} is not one of {listed(TAX_TYPES)}.{hint}"
                yield Violation(Code.TAX_TYPE_UNKNOWN, message, f"{where}.type.id")
            if tax.total < 0:
                message = f"A tax must not be below 0, not {as_text(tax.total)}."
                yield Violation(Code.TAX_NEGATIVE, message, f"{where}.total")


def line_totals_add_up(sale: SaleContext) -> Iterator[Violation]:
    """`total` is `unit_price` x `quantity` - `discount` + taxes."""
    for path, line, _ in sale.lines():
        due = line.net + total(tax.total for tax in line.taxes)
        if not same_money(line.total, due):
            message = (
                f"The line's total must be unit_price x quantity - discount + taxes = {as_text(money(due))}, "
                f"not {as_text(line.total)}."
            )
            yield Violation(Code.LINE_TOTAL_MISMATCH, message, f"{path}.total")


def totals_add_up(sale: SaleContext) -> Iterator[Violation]:
    """Subtotal after discounts and before taxes, quantity, and total with taxes, each the sum of its lines."""
    draft = sale.draft
    subtotal = total(line.net for line in draft.lines)
    due = subtotal + total(tax.total for line in draft.lines for tax in line.taxes)
    quantity = total(line.quantity for line in draft.lines)
    if not same_money(draft.subtotal, subtotal):
        message = f"The subtotal must be {as_text(money(subtotal))}, not {as_text(draft.subtotal)}."
        yield Violation(Code.SUBTOTAL_MISMATCH, message, sale.at("totals.subtotal"))
    if draft.quantity != quantity:
        message = (
            f"The quantity must be the sum of the lines, {as_text(quantity)}, not {as_text(draft.quantity)}."
        )
        yield Violation(Code.QUANTITY_MISMATCH, message, sale.at("totals.quantity"))
    if not same_money(draft.total, due):
        message = f"The total must be {as_text(money(due))}, not {as_text(draft.total)}."
        yield Violation(Code.TOTAL_MISMATCH, message, sale.at("totals.total"))


def currency_is_known(sale: SaleContext) -> Iterator[Violation]:
    sent = sale.draft.currency_id
    if sent not in CURRENCIES:
        message = f"Currency {echo(sent)} is not one of {listed(CURRENCIES)}.{did_you_mean(sent, CURRENCIES)}"
        yield Violation(Code.CURRENCY_UNKNOWN, message, sale.at("currency.id"))


def payment_types_are_known(sale: SaleContext) -> Iterator[Violation]:
    known = payment_types(sale.state_code)
    for index, payment in enumerate(sale.draft.payments):
        if payment.type_id not in known:
            hint = did_you_mean(payment.type_id, known)
            message = f"Payment type {echo(payment.type_id)} is not one of {listed(known)}.{hint}"
            yield Violation(Code.PAYMENT_TYPE_UNKNOWN, message, sale.at(f"payments[{index}].type.id"))


def payments_cover_the_total(sale: SaleContext) -> Iterator[Violation]:
    """The payments together are the total (GAP(payments-sum): documented for one payment only)."""
    draft = sale.draft
    for index, payment in enumerate(draft.payments):
        if payment.amount < 0:
            message = f"A payment must not be below 0, not {as_text(payment.amount)}."
            yield Violation(Code.PAYMENT_NEGATIVE, message, sale.at(f"payments[{index}].amount"))
    paid = total(payment.amount for payment in draft.payments)
    if not same_money(paid, draft.total):
        message = f"The payments add up to {as_text(money(paid))}, the sale to {as_text(draft.total)}."
        yield Violation(Code.PAYMENTS_MISMATCH, message, sale.at("payments"))
