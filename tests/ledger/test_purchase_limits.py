"""Illinois' limits: separate caps, all three at once allowed, half of each for people from out of state."""

import pytest
from support.builders import ACTOR, IL_BULK, IL_CART, IL_GUMMY, a_line, an_illinois_sale

from simulator.ledger.commands import LineDraft, RecordSales
from simulator.ledger.errors import Code, Rejected
from simulator.ledger.model import Identification
from simulator.world import World

PATIENT = {"customer_type_id": "ILKOMCT0002", "identifications": (Identification("ILKOMIT0002", "P-1"),)}


def refusal(world: World, *lines: LineDraft, **bent: object) -> str | None:
    """The one message of a refusal for the limit, None when the sale is accepted."""
    try:
        world.rehearse(RecordSales(ACTOR, "il", (an_illinois_sale(*lines, **bent),)))
    except Rejected as refused:
        (violation,) = refused.violations
        assert violation.code is Code.PURCHASE_LIMIT_EXCEEDED
        return violation.message
    return None


BASKETS = [
    ("a resident's three caps at once", False, [(IL_BULK, "30"), (IL_CART, "5"), (IL_GUMMY, "5")], None),
    ("a resident's flower just above", False, [(IL_BULK, "30.01")], "30.01 g of flower, where 30 g"),
    ("a resident's concentrate above", False, [(IL_CART, "6")], "6 g of concentrate, where 5 g"),
    (
        "a resident's infused above",
        False,
        [(IL_GUMMY, "6")],
        "600 mg of THC in infused products, where 500 mg",
    ),
    ("a visitor's caps at once", True, [(IL_BULK, "15"), (IL_CART, "2"), (IL_GUMMY, "2")], None),
    ("a visitor's flower just above", True, [(IL_BULK, "15.01")], "15.01 g of flower, where 15 g"),
    ("a visitor's concentrate above", True, [(IL_CART, "3")], "3 g of concentrate, where 2.5 g"),
    ("a visitor's infused above", True, [(IL_GUMMY, "3")], "300 mg of THC in infused products, where 250 mg"),
]


@pytest.mark.parametrize(
    ("out_of_state", "basket", "expected"), [b[1:] for b in BASKETS], ids=[b[0] for b in BASKETS]
)
def test_a_basket_is_held_against_the_customer_s_own_limits(
    till: World, out_of_state: bool, basket: list[tuple[str, str]], expected: str | None
) -> None:
    message = refusal(till, *(a_line(lot, quantity) for lot, quantity in basket), out_of_state=out_of_state)

    assert message is None if expected is None else (message is not None and expected in message)


def test_a_patient_may_have_two_and_a_half_ounces(till: World) -> None:
    assert refusal(till, a_line(IL_BULK, "70.87"), **PATIENT) is None
    message = refusal(till, a_line(IL_BULK, "70.88"), **PATIENT)
    assert message is not None
    assert "70.87 g in 14 days are allowed" in message


def test_the_refusal_names_the_override(till: World) -> None:
    message = refusal(till, a_line(IL_BULK, "31"))

    assert message is not None
    assert "purchase_limit_override=true" in message
