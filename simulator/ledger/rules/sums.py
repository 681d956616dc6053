"""Rules about money: prices, discounts, taxes, totals and payments. Off by less than one cent is accepted."""

from decimal import Decimal

from simulator.ledger.errors import Code, Violation
from simulator.ledger.money import ZERO, as_text, money, same_money
from simulator.ledger.rules.context import SaleContext
from simulator.ledger.vocabulary import CURRENCIES, TAX_TYPES, payment_types
from simulator.wording import did_you_mean, echo, listed


def price_violations(price: Decimal, path: str) -> list[Violation]:
    # GAP(zero-price): a price of 0 is accepted, as promotional lines have it; below 0 is not.
    if price >= ZERO:
        return []
    return [Violation(Code.PRICE_NEGATIVE, f"The price must not be below 0, not {as_text(price)}.", path)]


def discount_violations(
    discount: Decimal | None, unit_price: Decimal, quantity: Decimal, path: str
) -> list[Violation]:
    """Between nothing and the line's price (GAP(discount-base): unit price times quantity, not the unit price)."""
    price = unit_price * quantity
    if discount is None or ZERO <= discount <= max(price, ZERO):
        return []
    message = f"The discount must be between 0 and the line's price {as_text(money(price))}, not {as_text(discount)}."
    return [Violation(Code.DISCOUNT_OUT_OF_RANGE, message, path)]


def prices_are_not_negative(sale: SaleContext) -> list[Violation]:
    found: list[Violation] = []
    for index, line, _ in sale.doubtful:
        if line.unit_price < ZERO:
            found += price_violations(line.unit_price, sale.at_line(index, "unit_price"))
    return found


def discounts_are_between_nothing_and_the_price(sale: SaleContext) -> list[Violation]:
    found: list[Violation] = []
    for index, line, _ in sale.doubtful:
        if line.discount is not None:
            path = sale.at_line(index, "discount")
            found += discount_violations(line.discount, line.unit_price, line.quantity, path)
    return found


def tax_types_are_known(sale: SaleContext) -> list[Violation]:
    found: list[Violation] = []
    for number, line, _ in sale.doubtful:
        for index, tax in enumerate(line.taxes):
            if tax.type_id not in TAX_TYPES:
                hint = did_you_mean(tax.type_id, TAX_TYPES)
                message = f"Tax type {echo(tax.type_id)} is not one of {listed(TAX_TYPES)}.{hint}"
                found.append(
                    Violation(Code.TAX_TYPE_UNKNOWN, message, sale.at_line(number, f"taxes[{index}].type.id"))
                )
            if tax.total < ZERO:
                message = f"A tax must not be below 0, not {as_text(tax.total)}."
                found.append(
                    Violation(Code.TAX_NEGATIVE, message, sale.at_line(number, f"taxes[{index}].total"))
                )
    return found


def line_totals_add_up(sale: SaleContext) -> list[Violation]:
    """`total` is `unit_price` x `quantity` - `discount` + taxes."""
    found: list[Violation] = []
    for index, line, _ in sale.doubtful:
        due = sale.nets[index] + sale.taxes[index]
        if not same_money(line.total, due):
            message = (
                f"The line's total must be unit_price x quantity - discount + taxes = {as_text(money(due))}, "
                f"not {as_text(line.total)}."
            )
            found.append(Violation(Code.LINE_TOTAL_MISMATCH, message, sale.at_line(index, "total")))
    return found


def totals_add_up(sale: SaleContext) -> list[Violation]:
    """Subtotal after discounts and before taxes, quantity, and total with taxes, each the sum of its lines."""
    found: list[Violation] = []
    draft = sale.draft
    subtotal = sum(sale.nets, ZERO)
    due = sum(sale.taxes, subtotal)
    quantity = sum([line.quantity for line in draft.lines], ZERO)
    if not same_money(draft.subtotal, subtotal):
        message = f"The subtotal must be {as_text(money(subtotal))}, not {as_text(draft.subtotal)}."
        found.append(Violation(Code.SUBTOTAL_MISMATCH, message, sale.at("totals.subtotal")))
    if draft.quantity != quantity:
        message = (
            f"The quantity must be the sum of the lines, {as_text(quantity)}, not {as_text(draft.quantity)}."
        )
        found.append(Violation(Code.QUANTITY_MISMATCH, message, sale.at("totals.quantity")))
    if not same_money(draft.total, due):
        message = f"The total must be {as_text(money(due))}, not {as_text(draft.total)}."
        found.append(Violation(Code.TOTAL_MISMATCH, message, sale.at("totals.total")))
    return found


def currency_is_known(sale: SaleContext) -> list[Violation]:
    sent = sale.draft.currency_id
    if sent in CURRENCIES:
        return []
    message = f"Currency {echo(sent)} is not one of {listed(CURRENCIES)}.{did_you_mean(sent, CURRENCIES)}"
    return [Violation(Code.CURRENCY_UNKNOWN, message, sale.at("currency.id"))]


def payment_types_are_known(sale: SaleContext) -> list[Violation]:
    found: list[Violation] = []
    known = payment_types(sale.state_code)
    for index, payment in enumerate(sale.draft.payments):
        if payment.type_id not in known:
            hint = did_you_mean(payment.type_id, known)
            message = f"Payment type {echo(payment.type_id)} is not one of {listed(known)}.{hint}"
            found.append(Violation(Code.PAYMENT_TYPE_UNKNOWN, message, sale.at(f"payments[{index}].type.id")))
    return found


def payments_cover_the_total(sale: SaleContext) -> list[Violation]:
    """The payments together are the total (GAP(payments-sum): documented for one payment only)."""
    found: list[Violation] = []
    draft = sale.draft
    for index, payment in enumerate(draft.payments):
        if payment.amount < ZERO:
            message = f"A payment must not be below 0, not {as_text(payment.amount)}."
            found.append(Violation(Code.PAYMENT_NEGATIVE, message, sale.at(f"payments[{index}].amount")))
    paid = sum([payment.amount for payment in draft.payments], ZERO)
    if not same_money(paid, draft.total):
        message = f"The payments add up to {as_text(money(paid))}, the sale to {as_text(draft.total)}."
        found.append(Violation(Code.PAYMENTS_MISMATCH, message, sale.at("payments")))
    return found
