"""Builders of sales and updates that keep every rule by default, to be bent one field at a time."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from simulator.clock import Clock
from simulator.ledger.commands import LineDraft, LotAmount, RecordSales, SaleDraft
from simulator.ledger.model import Actor, Identification, Payment, Receipt, Tax
from simulator.seeding.grow import grow
from simulator.seeding.recipe import PoliciesPart, load
from simulator.world import World

NOW = datetime(2026, 5, 20, 20, 0, tzinfo=UTC)
"""13:00 in California."""

TILL = Path(__file__).parent / "till.toml"
SHOP, SHOP_IL = "SHOP", "SHOP-IL"
ANN, GUS, IVY = (f"e000000000000000000000000000000{n}" for n in (1, 2, 3))
EIGHTH, BULK, CART, GUMMY, CLONE = (f"1000000000000000000000000000000{n}" for n in (1, 2, 3, 4, 5))
ON_HOLD, FAILED, SCARCE, UNTESTED = (f"2000000000000000000000000000000{n}" for n in (1, 2, 3, 4))
IL_BULK, IL_CART, IL_GUMMY = (f"3000000000000000000000000000000{n}" for n in (1, 2, 3))
ACTOR = Actor("till", "Tilly Tester", frozenset({"SHOP", "SHOP-IL", "FARM", "SHUT"}))
BORN_1982 = datetime(1982, 4, 26, tzinfo=UTC)


def a_world(**policies: Any) -> World:
    """The till's world at NOW, its clock frozen."""
    recipe = load(str(TILL)).model_copy(update={"policies": PoliciesPart(**policies)})
    return grow(recipe, clock=Clock(NOW))


def a_line(lot_id: str = EIGHTH, quantity: str = "1", price: str = "10.00", **bent: Any) -> LineDraft:
    """A line whose total adds up; `discount` and `taxes` may be given."""
    discount = None if bent.get("discount") is None else Decimal(bent.pop("discount"))
    taxes: tuple[Tax, ...] = bent.pop("taxes", ())
    net = Decimal(price) * Decimal(quantity) - (discount or 0)
    due = net + sum((tax.total for tax in taxes), Decimal(0))
    line = LineDraft(lot_id, Decimal(quantity), Decimal(price), due, discount, taxes)
    return replace(line, **bent)


def a_tax(
    total: str = "1.00", type_id: str = "KOMTAX0001", name: str = "Sales Tax", rate: str = "10.00"
) -> Tax:
    return Tax(type_id, name, Decimal(rate), Decimal(total))


def a_sale(*lines: LineDraft, **bent: Any) -> SaleDraft:
    """An adult's sale at SHOP, made just now, that adds up and is paid in cash."""
    lines = lines or (a_line(),)
    net = sum((line.unit_price * line.quantity - (line.discount or 0) for line in lines), Decimal(0))
    due = net + sum((tax.total for line in lines for tax in line.taxes), Decimal(0))
    draft = SaleDraft(
        license_number=SHOP,
        customer_type_id="CAKOMCT0001",
        terminal="till-1",
        sold_at=NOW,
        local_time=datetime(2026, 5, 20, 13, 0),  # noqa: DTZ001 - a local time has no zone
        out_of_state=False,
        identifications=(Identification("CAKOMIT0001", "CADL123565", BORN_1982),),
        employee_id=ANN,
        lines=lines,
        currency_id="KOMCURT0001",
        subtotal=net,
        quantity=sum((line.quantity for line in lines), Decimal(0)),
        total=due,
        payments=(Payment("CAKOMPT0002", due),),
    )
    return replace(draft, **bent)


def an_illinois_sale(*lines: LineDraft, **bent: Any) -> SaleDraft:
    """The same at SHOP-IL, with Illinois' ids."""
    sale = a_sale(*lines)
    illinois: dict[str, Any] = {
        "license_number": SHOP_IL,
        "customer_type_id": "ILKOMCT0001",
        "local_time": datetime(2026, 5, 20, 15, 0),  # noqa: DTZ001 - a local time has no zone
        "identifications": (Identification("ILKOMIT0001", "ILDL1", BORN_1982),),
        "employee_id": IVY,
        "payments": (Payment("ILKOMPT0002", sale.total),),
    }
    return replace(sale, **(illinois | bent))


def recorded(world: World, *lines: LineDraft, by: str = ACTOR.name, **bent: Any) -> Receipt:
    """Record one sale and give its receipt."""
    command = RecordSales(Actor(ACTOR.username, by, ACTOR.licenses), "ca", (a_sale(*lines, **bent),))
    (receipt,) = world.execute(command).receipts
    return receipt


def amounts(**by_lot: str) -> tuple[LotAmount, ...]:
    """`amounts(EIGHTH="2")`, by the names of this module."""
    return tuple(LotAmount(globals()[name], Decimal(amount)) for name, amount in by_lot.items())


def on_hand(world: World, lot_id: str, license_number: str = SHOP) -> Decimal:
    lot = world.ledger.books[license_number].lot(lot_id)
    assert lot is not None
    return lot.quantity
