"""Reading T3's MetrcTransaction where it stands in its receipt: real lines and packages."""

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from types import MappingProxyType
from typing import Any

from simulator.importing import values
from simulator.importing.parts import Part
from simulator.importing.problems import BadValue, unlike
from simulator.importing.told import ToldLine, ToldLot
from simulator.ledger.model import Tax
from simulator.ledger.money import ZERO, money, total
from simulator.ledger.units import UNITS

MODEL = "MetrcTransaction"
MOST_LINES = 500
PRICE_STEP = Decimal("0.0001")

# GAP(import-tax-columns): which Trace tax a column stands for is our reading; cities and counties are "other".
TAXES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "salesTax": ("KOMTAX0001", "Sales Tax"),
        "exciseTax": ("KOMTAX0002", "Excise Tax"),
        "cityTax": ("KOMTAX0003", "City Tax"),
        "countyTax": ("KOMTAX0003", "County Tax"),
        "municipalTax": ("KOMTAX0003", "Municipal Tax"),
    }
)


def lines_of(told: Any) -> tuple[tuple[ToldLine, ...], str | None]:
    """A receipt's lines, by their ids, and its invoice number. Raises BadValue."""
    items = Part(told).items(MOST_LINES)
    lines = sorted((_line(item) for item in items), key=lambda line: line.id or 0)
    return tuple(lines), next(
        (each for item in items if (each := item.get("invoiceNumber", values.text))), None
    )


def _line(item: Part) -> ToldLine:
    net = item.must("totalPrice", values.amount)
    quantity = item.must("quantitySold", values.amount)
    price, discount = item.get("price", values.amount), item.get("discountAmount", values.amount)
    if price is None or price * quantity - (discount or ZERO) != net:
        if not quantity:
            raise BadValue(f"there is a price of {net} for a quantity of 0", (*item.path, "quantitySold"))
        price, discount = _price(net, quantity)
    # The rate is not told, only what it came to.
    taxes = tuple(
        Tax(type_id, name, ZERO, amount)
        for column, (type_id, name) in TAXES.items()
        if (amount := item.get(column, values.amount)) is not None
    )
    due = money(net + total(tax.total for tax in taxes))
    return ToldLine(_lot(item), quantity, price, discount, taxes, due, item.get("id", values.receipt_id))


def _price(net: Decimal, quantity: Decimal) -> tuple[Decimal, Decimal | None]:
    """A unit price and a discount that come to `net`.

    GAP(import-unit-prices): where those that are told do not, or none are told, the least price of four decimals that
    covers it, and a discount of what is too much.
    """
    price = (net / quantity).quantize(PRICE_STEP, rounding=ROUND_UP)
    return money(price), price * quantity - net or None


def _lot(item: Part) -> ToldLot:
    unit = item.get("unitOfMeasureAbbreviation", values.text)
    if unit is not None and unit not in UNITS:
        raise BadValue(unlike(unit, UNITS), (*item.path, "unitOfMeasureAbbreviation"))
    return ToldLot(
        tag=item.must("packageLabel", values.name),
        id=item.get("packageId", values.receipt_id),
        name=item.get("productName", values.text),
        unit=unit,
        category=item.get("productCategoryName", values.text),
        strain=item.get("itemStrainName", values.text),
        brand=item.get("itemBrandName", values.text),
        unit_weight=item.get("unitWeight", values.amount),
        unit_thc=item.get("unitThcContent", values.amount),
        thc_percent=item.get("unitThcPercent", values.amount),
    )
