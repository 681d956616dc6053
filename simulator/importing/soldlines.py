"""Reading the line items of a Trace sale."""

from simulator.importing import values
from simulator.importing.parts import Part
from simulator.importing.problems import BadValue, unlike
from simulator.importing.told import ToldLine, ToldLot
from simulator.ledger.model import Tax
from simulator.ledger.money import ZERO, as_text, money, same_money, total
from simulator.ledger.units import UNITS, QuantityType
from simulator.ledger.vocabulary import TAX_TYPES

MOST_LINES, MOST_ENTRIES = 500, 100
UNIT_NAMES = {unit.name: unit for unit in UNITS.values()}


def lines_of(part: Part) -> tuple[ToldLine, ...]:
    items = part.items(MOST_LINES)
    if not items:
        raise BadValue("there is no line item", part.path)
    return tuple(_line(item) for item in items)


def _line(item: Part) -> ToldLine:
    lot = _lot(item)
    quantity, price = item.must("quantity", values.amount), item.must("unit_price", values.amount)
    counted = lot.unit is not None and UNITS[lot.unit].quantity_type is QuantityType.COUNT
    if counted and quantity != quantity.to_integral_value():
        raise BadValue(
            f"{as_text(quantity)} is not whole, although it is sold by the piece", (*item.path, "quantity")
        )
    discount = item.get("discount", values.amount)
    taxes = item.optional("taxes")
    line = ToldLine(
        lot,
        quantity,
        price,
        discount,
        tuple(_tax(each) for each in taxes.items(MOST_ENTRIES)) if taxes else (),
        item.must("total", values.amount),
    )
    if line.net < 0:
        raise BadValue(f"{as_text(discount or ZERO)} is more than the line's price", (*item.path, "discount"))
    due = line.net + total(tax.total for tax in line.taxes)
    if not same_money(line.total, due):
        raise BadValue(
            f"{as_text(line.total)} is not unit_price x quantity - discount + taxes, {as_text(money(due))}",
            (*item.path, "total"),
        )
    return line


def _lot(item: Part) -> ToldLot:
    unit = item.get("unit_of_measure", values.text)
    if unit is not None and unit not in UNIT_NAMES:
        raise BadValue(unlike(unit, UNIT_NAMES), (*item.path, "unit_of_measure"))
    return ToldLot(
        trace_id=item.part("lot").must("id", values.name),
        name=item.get("name", values.text),
        unit=None if unit is None else UNIT_NAMES[unit].abbreviation,
    )


def _tax(part: Part) -> Tax:
    kind = part.part("type")
    type_id = kind.must("id", values.name)
    if type_id not in TAX_TYPES:
        raise BadValue(unlike(type_id, TAX_TYPES), (*kind.path, "id"))
    return Tax(
        type_id,
        part.get("name", values.text) or "",
        part.get("rate", values.amount) or ZERO,
        part.must("total", values.amount),
    )
