"""Recording: the ids it gives out, and the warnings that go with a sale that is accepted."""

from datetime import datetime, timedelta

import pytest
from support.builders import ACTOR, NOW, SHOP, a_line, a_sale, recorded

from simulator.ledger.commands import RecordSales, SaleDraft
from simulator.ledger.errors import Code, Rejected
from simulator.ledger.model import Identification
from simulator.world import World

LOCAL = datetime(2026, 5, 20, 13, 0)  # noqa: DTZ001 - a local time has no zone
SECOND = timedelta(seconds=1)


def warned(world: World, *sales: SaleDraft) -> list[str]:
    return [warning.type.value for warning in world.execute(RecordSales(ACTOR, "ca", sales)).warnings]


def test_receipts_and_lines_are_numbered_on_from_the_license_s_first(till: World) -> None:
    first = recorded(till, a_line(), a_line())
    batch = till.execute(RecordSales(ACTOR, "ca", (a_sale(a_line()), a_sale(a_line(), a_line())))).receipts
    last = recorded(till)

    assert [receipt.id for receipt in (first, *batch, last)] == [1001, 1002, 1003, 1004]
    assert [line.id for receipt in (first, *batch, last) for line in receipt.lines] == list(range(1001, 1007))
    assert first.number == "000001001"
    assert len({receipt.trace_id for receipt in (first, *batch, last)}) == 4


def test_ids_a_recipe_asks_for_are_given_and_must_be_free(till: World) -> None:
    receipt = recorded(till, receipt_id=7, trace_id="f" * 32)
    assert (receipt.id, receipt.trace_id, receipt.number) == (7, "f" * 32, "000000007")
    assert recorded(till).id == 1001
    assert recorded(till, receipt_id=2000).id == 2000
    assert recorded(till).id == 2001

    for taken in ({"receipt_id": 7}, {"trace_id": "f" * 32}):
        with pytest.raises(Rejected) as refused:
            recorded(till, **taken)
        assert [violation.code for violation in refused.value.violations] == [Code.RECEIPT_ID_TAKEN]


@pytest.mark.parametrize(
    ("ago", "late"),
    [(timedelta(), []), (timedelta(hours=24), []), (timedelta(hours=24) + SECOND, ["reported_late"])],
)
def test_a_sale_is_late_after_24_hours(till: World, ago: timedelta, late: list[str]) -> None:
    assert warned(till, a_sale(sold_at=NOW - ago, local_time=LOCAL - ago)) == late


@pytest.mark.parametrize(
    ("off", "mismatch"),
    [
        (timedelta(seconds=60), []),
        (timedelta(seconds=61), ["local_time_mismatch"]),
        (-61 * SECOND, ["local_time_mismatch"]),
    ],
)
def test_a_local_time_is_the_license_s_to_the_minute(
    till: World, off: timedelta, mismatch: list[str]
) -> None:
    assert warned(till, a_sale(local_time=LOCAL + off)) == mismatch


def test_an_external_id_is_reused_on_one_license_only(till: World) -> None:
    assert warned(till, a_sale(external_id="1"), a_sale(external_id="2")) == []
    assert warned(till, a_sale(external_id="1")) == ["external_id_reused"]
    assert warned(till, a_sale(external_id="3"), a_sale(external_id="3")) == ["external_id_reused"]
    assert warned(till, a_sale(external_id=None)) == []


def test_a_missing_identification_is_named_with_its_id(till: World) -> None:
    sale = a_sale(customer_type_id="CAKOMCT0003", identifications=(Identification("CAKOMIT0002", "P-1"),))

    with pytest.raises(Rejected) as refused:
        till.rehearse(RecordSales(ACTOR, "ca", (sale,)))

    assert [violation.message for violation in refused.value.violations] == [
        "A caregiver needs an identification of type caregiver_id (CAKOMIT0003)."
    ]


def test_a_rehearsal_changes_nothing_and_tells_what_would_happen(till: World) -> None:
    before = repr(till.ledger.books[SHOP].lots)

    (rehearsed,) = till.rehearse(RecordSales(ACTOR, "ca", (a_sale(),))).receipts

    assert till.ledger.books[SHOP].receipts == {}
    assert repr(till.ledger.books[SHOP].lots) == before
    assert recorded(till) == rehearsed
