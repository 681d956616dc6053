"""A reset leads back to the beginning: in everything, or in some parts and no others."""

from typing import Any

import pytest
from support.builders import SHOP
from support.worlds import Server, path_of, t3_of

from simulator.world import Part

FAULT = {"name": "slow", "effect": {"type": "latency", "latency": 1}}
LOGIN = {"hostname": "ca.metrc.com", "username": "till", "password": "till"}


def make_a_mess(server: Server, name: str) -> None:
    """Something in every part."""
    path = path_of(name)
    server.sell(name)
    server.control(name, "clock/advance", {"hours": 5})
    server.told("POST", f"{path}/_simulator/faults", json=FAULT)
    server.control(name, "snapshots", {"name": "kept"})
    server.told("POST", f"{path}/v2/auth/secretkey", json=LOGIN)
    server.control(name, "accounts", {"username": "new"})


def state_of(server: Server, name: str) -> dict[str, Any]:
    info = server.info(name)
    return {
        "ledger": (info["receipts"], info["accounts"]),
        "clock": (info["now"], info["clock"]),
        "faults": info["faults"],
        "journal": info["journal"],
        "snapshots": info["snapshots"],
    }


@pytest.mark.parametrize("name", ["main", "other"])
def test_a_reset_is_of_everything(server: Server, name: str) -> None:
    server.create("other")
    beginning = {name: state_of(server, name) for name in ("main", "other")}
    for each in ("main", "other"):
        make_a_mess(server, each)
    messed = {name: state_of(server, name) for name in ("main", "other")}
    spared = "other" if name == "main" else "main"

    assert server.control(name, "reset", {}) == {"reset": sorted(Part)}

    assert state_of(server, name) == beginning[name]
    assert state_of(server, spared) == messed[spared]


@pytest.mark.parametrize("part", Part)
def test_a_reset_of_one_part_leaves_the_others(server: Server, part: Part) -> None:
    beginning = state_of(server, "main")
    make_a_mess(server, "main")
    messed = state_of(server, "main")
    assert all(beginning[each] != messed[each] for each in Part)

    assert server.control("main", "reset", {"only": [part, part]}) == {"reset": [part]}

    assert state_of(server, "main") == {**messed, part: beginning[part]}


def test_a_reset_of_several_parts(server: Server) -> None:
    beginning = state_of(server, "main")
    make_a_mess(server, "main")
    messed = state_of(server, "main")

    server.control("main", "reset", {"only": ["journal", "faults"]})

    parts = {part: beginning[part] for part in ("journal", "faults")}
    assert state_of(server, "main") == {**messed, **parts}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"only": []}, "only must have at least 1 item"),
        ({"only": ["ledgr"]}, "Did you mean 'ledger'?"),
        (
            {"only": ["journal", "world"]},
            "only[1] must be one of 'ledger', 'clock', 'faults', 'journal' or 'snapshots'",
        ),
        ({"only": "journal"}, "only must be a list"),
        ({"olny": ["journal"]}, "Did you mean 'only'?"),
    ],
)
def test_a_reset_of_what_is_no_part_is_refused_and_resets_nothing(
    server: Server, body: Any, reason: str
) -> None:
    make_a_mess(server, "main")
    messed = state_of(server, "main")

    assert reason in server.refused("POST", "/_simulator/reset", json=body)
    assert state_of(server, "main") == messed


def test_a_reset_world_does_the_same_again(server: Server) -> None:
    def day() -> list[tuple[int, bytes]]:
        answers = [server.sell(), server.get(f"/v2/sales/active?licenseNumber={SHOP}", headers=demo)]
        answers.append(server.post("/v2/auth/secretkey", json=LOGIN))
        answers.append(server.post("/v2/auth/credentials", json=LOGIN))
        return [(answer.status_code, answer.content) for answer in answers]

    demo = t3_of(server.worlds.main.accounts.demo)
    first = day()
    server.control("main", "reset", {})

    # The builder of sales gives each another buyer; so the bodies differ in that alone.
    second = day()
    assert [status for status, _ in second] == [200] * 4
    assert second[2:] == first[2:]
    # Numbers of the journal are never given twice.
    assert server.control("main", "journal")["last"] == 8


def test_events_are_counted_anew_only_where_no_entry_tells_of_the_old_ones(server: Server) -> None:
    def counted() -> int:
        events: int = server.info("main")["events"]
        return events

    beginning = counted()
    server.sell()
    server.control("main", "reset", {"only": ["ledger"]})
    assert counted() == beginning + 1
    server.control("main", "reset", {"only": ["journal"]})
    assert counted() == beginning + 1
    server.control("main", "reset", {"only": ["ledger", "journal"]})
    assert counted() == beginning


def test_a_running_clock_goes_on_from_its_beginning(server: Server) -> None:
    server.control("main", "clock/rate", {"rate": 60})
    server.create("running", fork_of="main")
    server.control("running", "clock/freeze", {"at": "2030-01-01T00:00:00Z"})

    server.control("running", "reset", {"only": ["clock"]})

    clock = server.control("running", "clock")
    assert (clock["clock"], clock["rate"]) == ("running", 60)
    assert clock["now"].startswith("2026-05-20T2")


def test_a_world_with_keys_of_its_own_keeps_them(server: Server) -> None:
    own = server.create("own", own_credentials=True)
    server.control("own", "accounts", {"username": "new"})
    server.control("own", "reset", {})

    assert server.info("own")["accounts"] == own["accounts"]
    headers = t3_of(own["accounts"][0])
    assert server.told("GET", "/_simulator/health", headers=headers)["world"] == "own"
