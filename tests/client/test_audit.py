"""The audit and the receipts of a world, over the wire."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from simulator.client import NotBalanced, Row, SimulatorError, World
from simulator.client.errors import says_it_all

SHOP = "LIC-00001"


@pytest.fixture
def tampered(world: World, tmp_path: Path) -> World:
    """One whose first lot has a unit too many, by way of a snapshot file."""
    path = tmp_path / "tampered.snapshot"
    world.snapshots.save("whole")
    world.snapshots.export_file("whole", path)
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    lot = next(line["lot"] for line in lines if "lot" in line)
    lot["quantity"] = str(Decimal(lot["quantity"]) + 1)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    world.snapshots.import_file(path, "tampered")
    world.snapshots.restore("tampered")
    return world


def test_a_world_balances_and_tells_its_sums(world: World, sell: Any) -> None:
    before = {each.license_number: each for each in world.audit().licenses}
    sell(world)
    sell(world)

    audit = world.audit()
    audit.assert_balanced()
    assert (audit.balanced, audit.problems, audit.more_problems, audit.hidden) == (True, (), 0, 0)
    after = {each.license_number: each for each in audit.licenses}
    (changed,) = [number for number in after if after[number] != before[number]]
    assert after[changed].receipts["active"] == before[changed].receipts["active"] + 2
    assert after[changed].sold - before[changed].sold == before[changed].on_hand - after[changed].on_hand
    assert after[changed].total > before[changed].total
    (repeated,) = audit.repeated
    assert (repeated.license_number, repeated.external_id, repeated.standing) == (changed, "order-1", 2)
    assert repeated.receipts == ("000060071", "000060072")


def test_a_world_that_does_not_balance_fails_in_sentences(tampered: World) -> None:
    audit = tampered.audit()

    with pytest.raises(
        NotBalanced, match=r"^Lot 1A4\w+ of \S+ received .* on hand, .* sold and .* are"
    ) as told:
        audit.assert_balanced()
    assert isinstance(told.value, AssertionError)
    assert says_it_all(told)
    assert str(told.value) == "\n".join(audit.problems)
    (wrong,) = {
        number for number in (each.license_number for each in audit.licenses) if number in audit.problems[0]
    }
    with pytest.raises(NotBalanced):
        tampered.audit(wrong).assert_balanced()
    for each in audit.licenses:
        if each.license_number != wrong:
            tampered.audit(each.license_number).assert_balanced()


def test_a_prefix_chooses_what_is_counted(world: World, sell: Any) -> None:
    for external_id in ("run-1/1", "run-1/2", "run-2/1"):
        sell(world, external_id)

    counted = [each.receipts for each in world.audit(external_id_prefix="run-1/").licenses]
    assert sum(receipts["active"] for receipts in counted) == 2
    assert [row.external_id for row in world.receipts(external_id_prefix="run-1/")] == ["run-1/1", "run-1/2"]


def test_receipts_are_rows_of_values(world: World, sell: Any) -> None:
    sell(world)

    (row,) = world.receipts(external_id_prefix="order-1")

    assert isinstance(row, Row)
    assert (row.number, row.state, row.external_id, row.packages) == ("000060071", "active", "order-1", 2)
    assert (row.recorded_at, row.recorded_at.tzinfo) == (world.clock.now, UTC)
    assert row.local_time.tzinfo is None
    assert all(isinstance(amount, Decimal) for amount in (row.net, row.total, row.quantity))
    assert isinstance(row.sold_at, datetime)


def test_receipts_are_all_there_are_in_order(world: World) -> None:
    rows = list(world.receipts())
    shop = list(world.receipts(SHOP))

    assert len(rows) == world.info().receipts
    assert shop == [row for row in rows if row.license_number == SHOP]
    assert [row.recorded_at for row in shop] == sorted(row.recorded_at for row in shop)
    latest = max(row.id for row in shop)
    assert [row.id for row in world.receipts(SHOP, since_id=latest - 1)] == [latest]
    totals = {each.license_number: each.total for each in world.audit().licenses}
    assert sum(row.total for row in shop if row.state != "voided") == totals[SHOP]


def test_receipts_may_be_read_in_part(world: World) -> None:
    several = world.receipts()
    assert len(list(islice(several, 3))) == 3
    several.close()  # type: ignore[attr-defined]  # a generator
    assert world.audit().balanced


def test_a_license_that_is_not_there_is_refused(world: World) -> None:
    with pytest.raises(
        SimulatorError, match=r"license_number: 'LIC-0001' does not exist. Did you mean"
    ) as told:
        world.audit("LIC-0001")
    assert told.value.status == 400
    with pytest.raises(SimulatorError, match="license_number"):
        list(world.receipts("LIC-0001"))
