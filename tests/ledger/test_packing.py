"""What is packed comes out as it went in, to the last digit, and can be asked for the little that lists want."""

from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support.builders import a_world, recorded
from support.receipts import ALIKE, ONE, any_receipts

from simulator.ledger import shared as in_common
from simulator.ledger.figures import figures_of
from simulator.ledger.model import Receipt
from simulator.ledger.packing import Packing, Summary, bought_of, summary_of
from simulator.ledger.trace_ids import trace_key

PLAIN = recorded(a_world())
SUMMED_UP = [
    "id",
    "number",
    "state",
    "customer_type",
    "local_time",
    "recorded_at",
    "modified_at",
    "archived_at",
    "recorded_by",
    "packages",
    "net",
    "identifications",
]


@pytest.fixture(scope="module", autouse=True)
def few_words() -> Iterator[None]:
    """So few that some words are told by number and others are written out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_common, "MOST_WORDS", 5)
        yield


@settings(max_examples=300, deadline=None)
@given(st.lists(any_receipts(), min_size=1, max_size=4))
@example([replace(PLAIN, number="", trace_id="")])
@example([replace(PLAIN, number="1001", trace_id="AB" * 16)])
@example([replace(PLAIN, lines=(replace(PLAIN.lines[0], taxes=taxes),)) for taxes in (ONE, ALIKE, ONE)])
def test_a_receipt_comes_out_as_it_went_in(receipts: list[Receipt]) -> None:
    shared = Packing("SHOP")

    packed = [shared.pack(receipt) for receipt in receipts]

    # Opened in another order than packed, and more than once.
    for row, receipt in [*zip(packed, receipts, strict=True)][::-1] * 2:
        opened = shared.unpack(row)
        assert opened == receipt
        assert repr(opened) == repr(receipt)
        assert (row.id, row.recorded) == (receipt.id, receipt.recorded_at.timestamp())


@settings(max_examples=200, deadline=None)
@given(any_receipts())
@example(replace(PLAIN, number=""))
def test_a_summary_says_what_the_receipt_says(receipt: Receipt) -> None:
    summary = summary_of(Packing("SHOP").pack(receipt))

    assert isinstance(summary, Summary)
    for name in SUMMED_UP:
        assert repr(getattr(summary, name)) == repr(getattr(receipt, name)), name


@settings(max_examples=200, deadline=None)
@given(any_receipts())
@example(replace(PLAIN, number="", trace_id="AB" * 16))
def test_its_figures_are_read_as_text_without_the_rest(receipt: Receipt) -> None:
    packing = Packing("SHOP")

    whole, figures = figures_of(packing.pack(receipt))

    assert (whole.id, whole.number, whole.state) == (receipt.id, receipt.number, receipt.state)
    for name in ("trace_id", "external_id", "sold_at"):
        assert getattr(figures, name) == getattr(receipt, name), name
    for name in ("subtotal", "quantity", "total"):
        assert getattr(figures, name) == str(getattr(receipt, name)), name
    assert len(figures.lines) == len(receipt.lines)
    for told, line in zip(figures.lines, receipt.lines, strict=True):
        assert (told.id, told.lot_id, packing.taxes(told.taxes)) == (line.id, line.lot_id, line.taxes)
        assert told.discount == (None if line.discount is None else str(line.discount))
        for name in ("quantity", "unit_price", "total", "refunded"):
            assert getattr(told, name) == str(getattr(line, name)), name


@settings(max_examples=200, deadline=None)
@given(any_receipts())
def test_what_was_bought_is_read_without_the_rest(receipt: Receipt) -> None:
    bought = bought_of(Packing("SHOP").pack(receipt))

    assert (bought.state, bought.sold_at) == (receipt.state, receipt.sold_at)
    assert [(line.id, line.lot_id, str(line.quantity)) for line in bought.lines] == [
        (line.id, line.lot_id, str(line.quantity)) for line in receipt.lines
    ]


def test_words_said_again_are_told_by_number_until_there_are_too_many() -> None:
    shared = Packing("SHOP")
    first = shared.pack(replace(PLAIN, terminal="a very long name of a terminal"))
    second = shared.pack(replace(PLAIN, terminal="a very long name of a terminal"))
    assert first.data == second.data
    assert b"very long" not in second.data

    # These five are as many as there may be, so the next is written out.
    crowded = Packing("SHOP")
    for number in range(5):
        crowded.pack(replace(PLAIN, terminal=f"till {number}"))
    late = crowded.pack(replace(PLAIN, terminal="a very long name of a terminal"))
    assert b"very long" in late.data
    assert crowded.unpack(late).terminal == "a very long name of a terminal"
    assert len(crowded._words.values_met) == 5


def test_too_many_taxes_and_changes_are_written_out() -> None:
    crowded, (line,), (change, *_) = Packing("SHOP"), PLAIN.lines, PLAIN.history
    receipts = [
        replace(
            PLAIN,
            lines=(replace(line, taxes=(replace(ONE[0], name=f"tax {number}"),)),),
            history=(replace(change, reason=f"because of {number}"),),
        )
        for number in range(12)
    ]
    packed = [crowded.pack(receipt) for receipt in receipts]

    assert b"tax 0" not in packed[0].data
    assert b"tax 11" in packed[11].data
    assert b"because of 11" in packed[11].data
    assert [crowded.unpack(row) for row in packed] == receipts


def test_taxes_that_are_equal_and_written_differently_stay_apart() -> None:
    shared, (line,) = Packing("SHOP"), PLAIN.lines
    assert ONE == ALIKE
    packed = [shared.pack(replace(PLAIN, lines=(replace(line, taxes=each),))) for each in (ONE, ALIKE)]

    assert [str(shared.unpack(row).lines[0].taxes[0].rate) for row in packed] == ["1.5", "1.50"]


def test_a_receipt_of_a_shop_takes_a_few_hundred_bytes() -> None:
    assert len(Packing("SHOP").pack(PLAIN).data) < 400


@pytest.mark.parametrize("odd", ["", "ab c", "AB" * 16, "g" * 32, "abc", " ab", "\u0661\u0662"])
def test_only_plain_hexadecimal_ids_are_kept_in_half_the_bytes(odd: str) -> None:
    assert not trace_key(odd)
    assert trace_key("0f" * 16) == b"\x0f" * 16
