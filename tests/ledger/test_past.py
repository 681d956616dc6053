"""A past is taken over by its own book, by one that has receipts already, and by another; Trace ids lead to receipts."""

from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from support.builders import BULK, EIGHTH, SHOP, a_line, a_world, recorded

from simulator.ledger import past as pasts
from simulator.ledger import trace_ids
from simulator.ledger.model import Receipt, ReceiptState
from simulator.ledger.past import Past
from simulator.ledger.state import Book
from simulator.ledger.trace_ids import TraceIds, mark_of

IDS = ["", "ab", "AB" * 16, "0f" * 16, "f0" * 16, *(f"{number:032x}" for number in range(40)), "Straße"]


def a_book() -> Book:
    return a_world().ledger.books[SHOP]


def some_receipts(number: int) -> list[Receipt]:
    """Of ids from 2001 on, every third of them voided; the odd ones have a Trace id that is no hexadecimal number."""
    world = a_world()
    plain = [recorded(world, a_line((EIGHTH, BULK)[each % 2])) for each in range(2)]
    return [
        replace(
            plain[each % 2],
            id=2001 + each,
            number=f"{2001 + each:09}",
            trace_id=f"odd {each}" if each % 2 else f"{each:032x}",
            external_id=f"order {each // 2}",
            state=ReceiptState.VOIDED if each % 3 == 0 else ReceiptState.ACTIVE,
            lines=(replace(plain[each % 2].lines[0], id=5001 + each),),
        )
        for each in range(number)
    ]


def everything(book: Book) -> dict[str, object]:
    receipts = list(book.receipts.values())
    return {
        "receipts": {each.id: each for each in receipts},
        "active": list(book.active),
        "inactive": list(book.inactive),
        "by trace id": {each.trace_id: book.receipt(each.trace_id) for each in receipts},
        "next": (book.next_receipt_id, book.next_line_id),
        "external": [number for number in range(20) if book.knows_external_id(f"order {number}")],
    }


def put_one_by_one(book: Book, receipts: Sequence[Receipt]) -> Book:
    for receipt in receipts:
        book.put_receipt(receipt)
    return book


@pytest.mark.parametrize("before", [0, 3])
@pytest.mark.parametrize("of_another", [False, True])
@pytest.mark.parametrize("forked", [False, True])
def test_a_past_taken_over_is_as_if_its_receipts_had_come_one_by_one(
    before: int, *, of_another: bool, forked: bool
) -> None:
    book, receipts = a_book(), some_receipts(11)
    put_one_by_one(book, receipts[:before])
    fork = book.fork() if forked else None
    stood = everything(book)

    past = (a_book() if of_another else book).past(receipts[before:])
    book.adopt(past, ())

    assert len(past) == 11 - before
    assert everything(book) == everything(put_one_by_one(a_book(), receipts))
    if fork is not None:
        assert everything(fork) == stood
        fork.adopt(fork.past(receipts[before:]), ())
        assert everything(fork) == everything(book)


def test_a_second_past_is_found_as_the_first_is() -> None:
    book, receipts = a_book(), some_receipts(9)
    for some in (receipts[:4], receipts[4:], []):
        book.adopt(book.past(some), ())

    assert everything(book) == everything(put_one_by_one(a_book(), receipts))


def test_ids_of_the_same_mark_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (trace_ids, pasts):
        monkeypatch.setattr(module, "mark_of", lambda _trace_id: 4_294_967_295)
    book, receipts = a_book(), some_receipts(9)
    book.adopt(book.past(receipts[:6]), ())
    put_one_by_one(book, receipts[6:])

    assert [book.receipt(each.trace_id) for each in receipts] == receipts
    assert book.receipt("odd 100") is None
    assert book.receipt("f" * 32) is None


def test_a_past_says_what_is_in_it() -> None:
    book, receipts = a_book(), some_receipts(6)
    past = Past(book.packing, book.purchases)
    for receipt in receipts:
        past.add(receipt)

    assert list(past.receipts()) == receipts
    assert (past.last_id, past.last_line_id) == (2006, 5006)
    assert past.external_ids == {"order 0": 2001, "order 1": 2003, "order 2": 2005}


@settings(max_examples=200, deadline=None)
@given(
    adopted=st.lists(st.sampled_from(IDS), unique=True),
    later=st.lists(st.sampled_from(IDS), unique=True),
    in_the_fork=st.lists(st.sampled_from(IDS), unique=True),
    few=st.booleans(),
)
def test_a_trace_id_leads_to_its_receipt_on_its_own_side_of_a_fork(
    adopted: list[str], later: list[str], in_the_fork: list[str], *, few: bool
) -> None:
    """With few marks most ids collide."""

    def mark(trace_id: str) -> int:
        return mark_of(trace_id) % 3 if few else mark_of(trace_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trace_ids, "mark_of", mark)
        ids, known = TraceIds(), {trace_id: number for number, trace_id in enumerate(adopted, 1)}
        assert ids.adopt(array("L", map(mark, adopted)), list(known.values()))
        fork, known_there = ids.fork(), dict(known)
        for side, names, first, know in ((ids, later, 1000, known), (fork, in_the_fork, 2000, known_there)):
            for number, trace_id in enumerate((each for each in names if each not in know), first):
                side.put(trace_id, number)
                know[trace_id] = number

        names_of = {number: trace_id for each in (known, known_there) for trace_id, number in each.items()}
        for side, know in ((ids, known), (fork, known_there)):
            for trace_id in IDS:
                found = [number for number in side.may_be(trace_id) if names_of[number] == trace_id]
                assert found == ([know[trace_id]] if trace_id in know else [])
