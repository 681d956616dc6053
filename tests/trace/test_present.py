"""What Trace shows of a sale is, byte for byte, what the plain reading of the documents shows."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support import plain_sale
from support.builders import BULK, EIGHTH, NOW, SHOP, a_line, a_tax, a_world, recorded

from simulator.clock import Clock
from simulator.ledger.model import Identification, Payment, Receipt, StateChange, Tax
from simulator.ledger.money import as_text, money
from simulator.ledger.state import Book
from simulator.seeding.grow import grow
from simulator.times import iso_local, iso_utc
from simulator.trace import present

WORLD = a_world()
BOOK = WORLD.ledger.books[SHOP]
LIKE = recorded(WORLD, a_line(EIGHTH, taxes=(a_tax(), a_tax(type_id="KOMTAX0002"))), a_line(BULK, "0.5"))

TEXTS = st.text(max_size=12) | st.sampled_from(['"', "\\", "\x01\x1f\x7f", "</script>", "\u2028é😀"])
AMOUNTS = st.decimals(-10, 10**9, places=4) | st.sampled_from(
    [Decimal(each) for each in ("10.00", "0", "-0.00", "1E-8", "1E-7", "1.50E+3", "0.0000", "0E-10")]
)
LOCAL = st.datetimes(datetime(1900, 1, 1), datetime(9990, 1, 1)) | st.just(datetime(2026, 5, 20, 13))  # noqa: DTZ001 - local times have no zone
INSTANTS = LOCAL.map(lambda at: at.replace(tzinfo=UTC))
NAMES = st.sampled_from(["", "Sales Tax", "City"])
TAXES = st.builds(
    Tax,
    st.sampled_from(["KOMTAX0001", "KOMTAX0002"]),
    NAMES,
    st.sampled_from([Decimal(7), Decimal("7.00")]),
    AMOUNTS,
)


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    """Like one that was recorded, with other texts, amounts and times, and any number of everything."""
    line = LIKE.lines[0]
    lines = [
        replace(
            draw(st.sampled_from(LIKE.lines)),
            quantity=draw(AMOUNTS),
            unit_price=draw(AMOUNTS),
            discount=draw(st.none() | AMOUNTS),
            taxes=tuple(draw(st.lists(TAXES, max_size=3))),
            total=draw(AMOUNTS),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    types = st.sampled_from(["CAKOMIT0001", "CAKOMIT0002"])
    paid_by = st.sampled_from(["CAKOMPT0001", "CAKOMPT0002"])
    texts = st.none() | TEXTS
    return replace(
        LIKE,
        terminal=draw(TEXTS),
        external_id=draw(texts),
        sold_at=draw(INSTANTS),
        local_time=draw(LOCAL),
        out_of_state=draw(st.booleans()),
        identifications=tuple(
            draw(st.lists(st.builds(Identification, types, TEXTS, st.none() | INSTANTS), max_size=2))
        ),
        lines=tuple(lines),
        subtotal=draw(AMOUNTS),
        quantity=draw(AMOUNTS),
        total=draw(AMOUNTS),
        payments=tuple(draw(st.lists(st.builds(Payment, paid_by, AMOUNTS, texts, texts), max_size=2))),
        history=(*LIKE.history, StateChange("voided", draw(INSTANTS), draw(TEXTS), draw(TEXTS))),
        id=line.id,
    )


def same(receipt: Receipt, book: Book) -> None:
    encode = msgspec.json.encode
    assert encode(present.sale(receipt, book)) == encode(plain_sale.sale(receipt, book))
    assert encode(present.updated_sale(receipt, book)) == encode(plain_sale.updated_sale(receipt, book))


@settings(max_examples=300, deadline=None)
@given(receipts())
def test_any_receipt_is_shown_as_ever(receipt: Receipt) -> None:
    same(receipt, BOOK)


@pytest.mark.parametrize("recipe", ["edge_cases", "multi_state"])
def test_grown_receipts_are_shown_as_ever(recipe: str) -> None:
    for book in grow(recipe, clock=Clock(NOW)).ledger.books.values():
        for receipt in [*book.active, *book.inactive][:300]:
            same(receipt, book)


@given(AMOUNTS)
def test_amounts_are_written_plainly(amount: Decimal) -> None:
    assert as_text(amount) == format(amount, "f")
    computed = amount * Decimal("1.0000")
    plain = computed.normalize()
    two = plain.as_tuple().exponent >= -2  # type: ignore[operator] # neither infinite nor none
    assert as_text(money(computed)) == format(round(computed, 2) if two else plain, "f")


@given(LOCAL, st.sampled_from([UTC, None, timezone(timedelta(0))]))
def test_times_are_written_with_a_fraction_only_where_there_is_one(
    at: datetime, zone: timezone | None
) -> None:
    text = at.isoformat()
    expected = text.rstrip("0") if at.microsecond else text
    assert iso_local(at) == expected
    assert iso_utc(at.replace(tzinfo=zone)) == f"{expected}Z"
