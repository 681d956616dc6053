"""Lines that are sound at first sight are those that no rule about lines has anything to say of."""

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support.builders import (
    ACTOR,
    BULK,
    CART,
    EIGHTH,
    FAILED,
    GUMMY,
    NOW,
    ON_HOLD,
    SCARCE,
    UNTESTED,
    a_line,
    a_sale,
    a_tax,
    a_world,
)

from simulator.ledger.commands import LineDraft, RecordSales, SaleDraft
from simulator.ledger.errors import Rejected, Violation
from simulator.ledger.rules import context
from simulator.ledger.rules.context import SaleContext
from simulator.world import World

LOTS = (EIGHTH, EIGHTH, BULK, CART, GUMMY, FAILED, ON_HOLD, SCARCE, UNTESTED, "nowhere")
TAXES = (
    (),
    (a_tax(),),
    (a_tax("0"), a_tax("2.50")),
    (a_tax("-1.00"),),
    (a_tax(type_id="KOMTAX0099"),),
    (a_tax(), a_tax(type_id="")),
)


@pytest.fixture(scope="module")
def world() -> World:
    return a_world()


@st.composite
def lines(draw: st.DrawFn) -> LineDraft:
    line = a_line(
        draw(st.sampled_from(LOTS)),
        draw(st.sampled_from(("1", "2", "1.0", "0.5", "0", "-1", "1000"))),
        draw(st.sampled_from(("10.00", "0", "-2.00", "0.001"))),
        discount=draw(st.sampled_from((None, None, "0", "1.00", "10.00", "10.01", "-0.01"))),
        taxes=draw(st.sampled_from(TAXES)),
    )
    off = draw(st.sampled_from(("0", "0", "0.009", "-0.009", "0.01", "5")))
    return replace(line, total=line.total + Decimal(off))


def found(world: World, draft: SaleDraft) -> tuple[Violation, ...]:
    try:
        world.rehearse(RecordSales(ACTOR, "ca", (draft,)))
    except Rejected as refusal:
        return refusal.violations
    return ()


@settings(max_examples=400, deadline=None)
@given(drawn=st.lists(lines(), min_size=1, max_size=3))
@example([a_line(discount="0", price="-2.00")])
@example([a_line(discount="-0.01")])
@example([a_line(quantity="0.5")])
def test_the_rules_find_the_same_where_every_line_is_in_doubt(world: World, drawn: list[LineDraft]) -> None:
    draft = a_sale(*drawn)

    at_sight = found(world, draft)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context, "is_sound", lambda *_: False)
        in_doubt = found(world, draft)

    assert at_sight == in_doubt


def test_a_usual_sale_has_no_line_in_doubt(world: World) -> None:
    draft = a_sale(a_line(discount="1.00", taxes=(a_tax(), a_tax("0.73"))), a_line(BULK, "2.5"))

    assert SaleContext(world.ledger, ACTOR, "ca", NOW, draft).doubtful == []
