"""Named moments of a world: saved, listed, restored, forgotten, carried away as a file and brought back."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.builders import NOW, SHOP, a_world
from support.worlds import Server, path_of, t3_of

from simulator.control.snapshots import MOST_SNAPSHOTS
from simulator.snapshots.file import restore as restored
from simulator.snapshots.file import write
from simulator.snapshots.state_file import StateFile

SNAPSHOTS = "/_simulator/snapshots"
LOGIN = {"hostname": "ca.metrc.com", "username": "till", "password": "till"}
LIST = f"/v2/sales/active?licenseNumber={SHOP}"


def save(server: Server, name: str | None = None, world: str = "main", **more: Any) -> dict[str, Any]:
    body = more if name is None else {"name": name, **more}
    told: dict[str, Any] = server.control(world, "snapshots", body)
    return told


def restore(server: Server, name: str, world: str = "main") -> dict[str, Any]:
    told: dict[str, Any] = server.told("POST", f"{path_of(world)}{SNAPSHOTS}/{name}/restore")
    return told


def names(server: Server, world: str = "main") -> list[str]:
    return [each["name"] for each in server.control(world, "snapshots")["snapshots"]]


def file_of(server: Server, name: str, world: str = "main") -> bytes:
    answer = server.get(f"{path_of(world)}{SNAPSHOTS}/{name}/file")
    assert answer.status_code == 200, answer.text
    return answer.content


def bring(server: Server, content: bytes, name: str = "brought", world: str = "main") -> dict[str, Any]:
    told: dict[str, Any] = server.told("PUT", f"{path_of(world)}{SNAPSHOTS}/{name}/file", content=content)
    return told


# --- in memory ------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_a_moment_with_a_name(server: Server) -> None:
    server.sell()
    told = save(server, "lunch")

    assert told == {**told, "name": "lunch", "now": "2026-05-20T20:00:00Z", "receipts": 1}
    assert told["events"] == server.info("main")["events"]
    assert server.control("main", "snapshots") == {"snapshots": [told]}
    assert server.info("main")["snapshots"] == ["lunch"]


def test_to_restore_brings_back_ledger_people_and_clock(server: Server) -> None:
    demo = server.worlds.main.accounts.demo
    key = t3_of(demo)
    server.sell()
    save(server, "before")
    server.sell()
    server.control("main", "clock/advance", {"days": 3})
    newer = {"X-T3-API-Key": server.told("POST", "/v2/auth/secretkey", json=LOGIN)["secretKey"]}
    clerk = t3_of(server.control("main", "accounts", {"username": "clerk"}))
    assert [server.get(LIST, headers=headers).status_code for headers in (key, newer, clerk)] == [
        401,
        200,
        200,
    ]

    told = restore(server, "before")

    assert (told["name"], told["receipts"]) == ("before", 1)
    assert server.control("main", "clock")["now"] == "2026-05-20T20:00:00Z"
    assert [server.get(LIST, headers=headers).status_code for headers in (key, newer, clerk)] == [
        200,
        401,
        401,
    ]
    assert server.sold() == 1


def test_to_restore_leaves_journal_and_faults_as_they_are(server: Server) -> None:
    save(server, "s")
    server.control("main", "faults", {"name": "slow", "effect": {"type": "latency", "latency": 1}})
    server.sell()
    before = server.info("main")

    restore(server, "s")

    after = server.info("main")
    assert (after["faults"], after["journal"]) == (before["faults"], before["journal"])
    assert after["snapshots"] == ["s"]
    assert after["receipts"] == 0


def test_no_event_has_the_number_of_another_that_the_journal_knows(server: Server) -> None:
    save(server, "s")
    for _ in range(3):
        server.sell()
        restore(server, "s")
    server.sell()

    entries = server.control("main", "journal")["entries"]
    events = [event["id"] for entry in entries for event in entry["events"]]
    assert len(events) == len(set(events)) == 4
    assert {event["receipt_id"] for entry in entries for event in entry["events"]} == {1001}


def test_a_snapshot_can_be_restored_again_and_again(server: Server) -> None:
    server.sell()
    save(server, "s")
    for _ in range(3):
        server.sell()
        server.sell()
        restore(server, "s")
        assert server.sold() == 1


def test_what_people_do_after_a_restore_is_not_in_the_snapshot(server: Server) -> None:
    key = t3_of(server.worlds.main.accounts.demo)
    save(server, "s")
    for _ in range(2):
        restore(server, "s")
        assert server.get(LIST, headers=key).status_code == 200
        server.told("POST", "/v2/auth/secretkey", json=LOGIN)
        server.control("main", "accounts", {"username": "clerk"})
        assert server.get(LIST, headers=key).status_code == 401


@pytest.mark.parametrize("back", ["reset", "restore"])
def test_a_lost_answer_about_what_never_was_is_not_learned_of(server: Server, back: str) -> None:
    """The same ids are given again, to a receipt that nobody lost sight of."""
    save(server, "s")
    lost = {"match": {"nth": 1}, "phase": "after", "effect": {"type": "status", "status": 504}}
    server.control("main", "faults", lost)
    assert server.sell().status_code == 504
    if back == "reset":
        server.control("main", "reset", {"only": ["ledger"]})
    else:
        restore(server, "s")
    assert server.sell().status_code == 200
    assert server.sold() == 1

    entries = server.control("main", "journal")["entries"]
    assert [entry["learned"] for entry in entries] == [[], [], []]


def test_snapshots_nest(server: Server) -> None:
    for depth in range(4):
        save(server, f"d{depth}")
        server.sell()
    seen = []
    for depth in (3, 1, 2, 0):
        restore(server, f"d{depth}")
        seen.append(server.sold())

    assert seen == [3, 1, 2, 0]
    assert names(server) == ["d0", "d1", "d2", "d3"]


def test_a_running_clock_goes_on_from_the_moment(server: Server) -> None:
    server.control("main", "clock/rate", {"rate": 60})
    save(server, "s")
    server.control("main", "clock/freeze", {"at": "2030-01-01T00:00:00Z"})
    restore(server, "s")

    clock = server.control("main", "clock")
    assert (clock["clock"], clock["rate"]) == ("running", 60)
    assert clock["now"].startswith("2026-05-20T2")


def test_snapshots_without_a_name_are_numbered(server: Server) -> None:
    save(server, "s2")

    assert [save(server)["name"] for _ in range(3)] == ["s1", "s3", "s4"]
    server.told("DELETE", f"{SNAPSHOTS}/s1")
    assert save(server)["name"] == "s1"


def test_a_snapshot_takes_the_place_of_another_only_when_told_to(server: Server) -> None:
    save(server, "s")
    server.sell()

    assert "There is a snapshot 's' already; say replace" in server.refused(
        "POST", SNAPSHOTS, json={"name": "s"}
    )
    restore(server, "s")
    assert server.sold() == 0
    server.sell()
    server.sell()
    assert save(server, "s", replace=True)["receipts"] == 2
    server.sell()
    restore(server, "s")
    assert server.sold() == 2


def test_a_snapshot_that_is_forgotten_is_gone(server: Server) -> None:
    save(server, "s")
    assert server.told("DELETE", f"{SNAPSHOTS}/s") == {"forgotten": "s"}

    assert names(server) == []
    for method, path in (("POST", "s/restore"), ("DELETE", "s"), ("GET", "s/file")):
        assert server.refused(method, f"{SNAPSHOTS}/{path}", 404) == "There is no snapshot 's'."


def test_a_snapshot_that_is_not_there_names_the_nearest(server: Server) -> None:
    save(server, "before-lunch")

    assert "Did you mean 'before-lunch'?" in server.refused("POST", f"{SNAPSHOTS}/before-launch/restore", 404)


@pytest.mark.parametrize("name", ["a b", "", "-a", ".a", "_a", "a" * 64, "ä", "a/b", "a\n"])
def test_a_name_that_cannot_be_had_is_refused(server: Server, name: str) -> None:
    assert "1 to 63 letters" in server.refused("POST", SNAPSHOTS, json={"name": name})
    assert names(server) == []


@pytest.mark.parametrize("name", ["a", "A.b-c_d", "1", "a" * 63, "main"])
def test_a_name_is_letters_digits_and_three_signs(server: Server, name: str) -> None:
    assert save(server, name)["name"] == name
    assert restore(server, name)["name"] == name


def test_there_are_as_many_snapshots_as_may_be(server: Server) -> None:
    moment = server.worlds.main.moment()
    server.worlds.main.moments.update((f"s{number}", moment) for number in range(1, MOST_SNAPSHOTS + 1))

    for body in ({}, {"name": "one-more"}):
        assert "which is the most; forget one" in server.refused("POST", SNAPSHOTS, json=body)
    assert save(server, "s7", replace=True)["name"] == "s7"
    server.told("DELETE", f"{SNAPSHOTS}/s9")
    assert save(server)["name"] == "s9"


def test_a_snapshot_is_of_one_world(server: Server) -> None:
    server.create("other")
    save(server, "s", "other")

    server.refused("POST", f"{SNAPSHOTS}/s/restore", 404)
    assert names(server) == []
    server.sell("other")
    server.sell()
    restore(server, "s", "other")
    assert (server.sold("other"), server.sold()) == (0, 1)


# --- as a file ------------------------------------------------------------------------------------------------------


def test_a_file_holds_the_moment_not_what_came_after(server: Server) -> None:
    server.sell()
    save(server, "s")
    server.sell()
    server.control("main", "clock/advance", {"days": 1})
    answer = server.get(f"{SNAPSHOTS}/s/file")

    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"] == 'attachment; filename="s.snapshot"'
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert lines[0]["snapshot"]["now"] == "2026-05-20T20:00:00Z"
    assert lines[-1]["end"]["receipts"] == 1
    assert answer.content == b"".join(write(server.worlds.main, server.worlds.main.moments["s"]))


def test_a_file_brings_a_moment_into_another_server(server: Server) -> None:
    server.sell()
    server.control("main", "clock/advance", {"days": 1})
    newer = {"X-T3-API-Key": server.told("POST", "/v2/auth/secretkey", json=LOGIN)["secretKey"]}
    save(server, "s")
    file = file_of(server, "s")
    with Server() as other:
        told = bring(other, file)
        assert told == {**told, "name": "brought", "now": "2026-05-21T20:00:00Z", "receipts": 1}
        # To bring it is not to be there.
        assert other.control("main", "clock")["now"] == "2026-05-20T20:00:00Z"
        restore(other, "brought")
        assert other.control("main", "clock")["now"] == "2026-05-21T20:00:00Z"
        assert other.told("GET", LIST, headers=newer)["total"] == 1
        assert file_of(other, "brought") == file
        page = other.get(LIST, headers=newer)
    assert page.json() == server.told("GET", LIST, headers=newer)


def test_a_file_takes_the_place_of_a_snapshot_of_its_name(server: Server) -> None:
    save(server, "s")
    file = file_of(server, "s")
    server.sell()
    save(server, "t")
    bring(server, file, "t")
    restore(server, "t")

    assert server.sold() == 0


def test_a_file_of_a_running_clock_runs_on(server: Server) -> None:
    server.control("main", "clock/rate", {"rate": 60})
    save(server, "s")
    file = file_of(server, "s")
    with Server() as other:
        bring(other, file)
        restore(other, "brought")
        clock = other.control("main", "clock")

    assert (clock["clock"], clock["rate"]) == ("running", 60)


def test_a_reset_after_a_file_was_restored_leads_back_to_the_worlds_own_beginning(server: Server) -> None:
    server.sell()
    save(server, "s")
    bring(server, file_of(server, "s"))
    restore(server, "brought")
    server.control("main", "reset", {})

    assert server.sold() == 0
    assert names(server) == []


GOOD = b"".join(write(a_world()))
LINES = GOOD.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "brought is not a snapshot: its first line is no snapshot header"),
        (b"\n", "brought is not a snapshot"),
        (b"{}", "brought is not a snapshot"),
        (b"half a fil", "brought is not a snapshot"),
        (b"\xff\xfe\x00", "brought is not a snapshot"),
        (GOOD[:1000], "brought is not a snapshot" if len(LINES[0]) > 1000 else "brought, line"),
        (GOOD[: len(GOOD) // 2], "brought, line "),
        (b"".join(LINES[:-1]), "without its last line; it is not whole"),
        (GOOD[:-10], f"brought, line {len(LINES)}"),
        (b"".join(LINES[:3] + LINES[4:]), "there should be"),
        (GOOD + LINES[-1], "there is more after the last line"),
        (GOOD.replace(b'"version":1', b'"version":2'), "is a snapshot of format 2"),
        (LINES[0] + LINES[1].replace(b'"ca"', b'"xx"') + b"".join(LINES[2:]), "'xx' is no state"),
        (b"[" * 100_000, "brought is not a snapshot"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else f"{len(value)} bytes",
)
def test_a_file_that_is_none_is_refused_and_changes_nothing(
    server: Server, content: bytes, reason: str
) -> None:
    server.sell()
    save(server, "brought")
    before = server.info("main")

    message = server.refused("PUT", f"{SNAPSHOTS}/brought/file", content=content)

    assert reason in message
    assert {**server.info("main"), "idle_seconds": 0} == {**before, "idle_seconds": 0}
    restore(server, "brought")
    assert server.sold() == 1


def test_a_file_that_is_too_large_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.control.snapshots.LARGEST_FILE", len(GOOD) - 1)
    assert f"at most {len(GOOD) - 1} bytes" in server.refused("PUT", f"{SNAPSHOTS}/x/file", 413, content=GOOD)
    monkeypatch.setattr("simulator.control.snapshots.LARGEST_FILE", len(GOOD))
    assert bring(server, GOOD)["receipts"] == 0


@pytest.mark.parametrize("name", ["a b", "%C3%A4", "-a", "a" * 64])
def test_the_name_of_a_file_is_looked_at_before_the_file_is_read(server: Server, name: str) -> None:
    message = server.refused("PUT", f"{SNAPSHOTS}/{name}/file", content=b"half a fil")

    assert "1 to 63 letters" in message


def test_a_file_may_say_what_it_is_or_nothing(server: Server) -> None:
    for type_ in ("application/x-ndjson", "application/octet-stream", "text/plain", ""):
        answer = server.put(
            f"{SNAPSHOTS}/x/file", content=GOOD, headers={"Content-Type": type_} if type_ else {}
        )
        assert answer.status_code == 200


def test_a_moment_in_a_file_is_as_old_as_its_clock(server: Server) -> None:
    assert bring(server, GOOD)["now"] == "2026-05-20T20:00:00Z"
    assert server.worlds.main.moments["brought"].taken_at == NOW


def test_what_is_saved_on_demand_is_the_main_world_whichever_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "world.snapshot"
    with Server(a_world(), state_file=StateFile(path)) as server:
        server.create("other")
        server.sell("other")
        for root in ("", "/worlds/main", "/worlds/other"):
            told = server.told("POST", f"{root}/_simulator/save")
            assert told == {"saved": str(path), "receipts": 0}
            assert len(restored(path).ledger.books[SHOP].receipts) == 0
        server.sell()
        assert server.told("POST", "/_simulator/save")["receipts"] == 1

    assert len(restored(path).ledger.books[SHOP].receipts) == 1


def test_without_a_state_file_nothing_can_be_saved_on_demand(server: Server) -> None:
    assert "start it with --state-file FILE" in server.refused("POST", "/_simulator/save")
