"""The clock as a resource: everything in a world follows it, and nothing in another."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.builders import NOW, SHOP, a_world
from support.worlds import PLAN, Server, t3_of, trace_of

from simulator.clock import Clock
from simulator.times import iso_utc

LIST = f"/v2/sales/active?licenseNumber={SHOP}"
LOGIN = {"hostname": "ca.metrc.com", "username": "till", "password": "till"}


def now(server: Server, world: str = "main") -> datetime:
    return datetime.fromisoformat(server.control(world, "clock")["now"])


def test_the_clock_is_told(server: Server) -> None:
    assert server.control("main", "clock") == {"now": "2026-05-20T20:00:00Z", "clock": "frozen", "rate": 0}


@pytest.mark.parametrize(
    ("what", "body", "expected"),
    [
        ("freeze", {}, "2026-05-20T20:00:00Z"),
        ("freeze", {"at": "2027-01-01T00:00:00Z"}, "2027-01-01T00:00:00Z"),
        ("freeze", {"at": "2020-01-01T00:00:00-07:00"}, "2020-01-01T07:00:00Z"),
        ("freeze", {"at": None}, "2026-05-20T20:00:00Z"),
        ("set", {"to": "2026-05-21"}, "2026-05-21T00:00:00Z"),
        ("set", {"to": "2026-05-20T20:00:00.25Z"}, "2026-05-20T20:00:00.25Z"),
        ("set", {"to": "2000-01-01T00:00:00Z"}, "2000-01-01T00:00:00Z"),
        ("advance", {}, "2026-05-20T20:00:00Z"),
        ("advance", {"seconds": 1.5}, "2026-05-20T20:00:01.5Z"),
        ("advance", {"days": 1, "hours": 2, "minutes": 3, "seconds": 4}, "2026-05-21T22:03:04Z"),
        ("advance", {"hours": 0.5}, "2026-05-20T20:30:00Z"),
    ],
    ids=str,
)
def test_a_frozen_clock_is_moved_and_stands_still_again(
    server: Server, what: str, body: dict[str, Any], expected: str
) -> None:
    told = server.control("main", f"clock/{what}", body)

    assert told == {"now": expected, "clock": "frozen", "rate": 0}
    assert server.control("main", "clock") == told


def test_a_clock_runs_at_a_rate_stands_and_goes_on(server: Server) -> None:
    wall = NOW
    server.worlds.main.clock = Clock(NOW, wall=lambda: wall)

    assert server.control("main", "clock/rate", {"rate": 60}) == {
        "now": iso_utc(NOW),
        "clock": "running",
        "rate": 60,
    }
    wall += timedelta(seconds=10)
    assert now(server) == NOW + timedelta(minutes=10)
    server.control("main", "clock/advance", {"hours": 1})
    wall += timedelta(seconds=1)
    assert now(server) == NOW + timedelta(hours=1, minutes=11)
    server.control("main", "clock/freeze", {})
    wall += timedelta(days=1)
    assert now(server) == NOW + timedelta(hours=1, minutes=11)
    assert server.control("main", "clock/resume", {})["rate"] == 1
    wall += timedelta(seconds=1)
    assert now(server) == NOW + timedelta(hours=1, minutes=11, seconds=1)


@pytest.mark.parametrize(
    ("what", "body", "reason"),
    [
        ("set", {}, "to is required"),
        ("set", {"to": "tomorrow"}, "to must be an ISO 8601 date-time"),
        ("set", {"to": "1999-12-31T23:59:59Z"}, "must be between the years 2000 and 2999"),
        ("set", {"to": "3000-01-01T00:00:00Z"}, "must be between the years 2000 and 2999"),
        ("set", {"to": 5}, "to must be"),
        ("set", {"to": "2999-12-31T23:00:00-07:00"}, "2000 and 2999"),
        ("freeze", {"at": "9999-12-31"}, "at must be"),
        ("advance", {"seconds": -1}, "seconds must be at least 0"),
        ("advance", {"days": 400_000}, "later than the year 2999"),
        ("advance", {"days": 1e300}, "cannot be advanced as far as that"),
        ("advance", {"days": 999_999_999, "hours": 24}, "cannot be advanced as far as that"),
        ("advance", {"weeks": 1}, "weeks is unknown. Known are seconds, minutes, hours, days"),
        ("rate", {}, "rate is required"),
        ("rate", {"rate": 0}, "rate"),
        ("rate", {"rate": -1}, "rate"),
        ("rate", {"rate": 1e9}, "a clock runs at a rate above 0 and up to 100,000"),
        ("close-day", {"license_number": "SHO"}, "License 'SHO' does not exist. Did you mean 'SHOP'?"),
    ],
    ids=str,
)
def test_what_a_clock_cannot_do_is_refused_and_changes_nothing(
    server: Server, what: str, body: dict[str, Any], reason: str
) -> None:
    server.sell()

    assert reason in server.refused("POST", f"/_simulator/clock/{what}", json=body)
    assert now(server) == NOW
    assert server.sold() == 1


def test_infinity_is_no_number_of_days(server: Server) -> None:
    for content in (b'{"days": Infinity}', b'{"days": NaN}', b'{"days": 1e999}'):
        server.refused("POST", "/_simulator/clock/advance", content=content)


def test_the_clock_of_another_world_stays_as_it_is(server: Server) -> None:
    for world in ("a", "b"):
        server.create(world)
    server.control("a", "clock/set", {"to": "2030-01-01T00:00:00Z"})
    server.control("b", "clock/rate", {"rate": 60})
    server.control("main", "clock/advance", {"days": 1})

    assert now(server, "a") == datetime(2030, 1, 1, tzinfo=UTC)
    assert server.control("b", "clock")["clock"] == "running"
    assert server.control("main", "clock")["now"] == "2026-05-21T20:00:00Z"


# --- what follows it ------------------------------------------------------------------------------------------------


def test_a_token_lives_by_the_clock_of_its_world(server: Server) -> None:
    server.create("other")
    tokens = {
        world: {
            "Authorization": f"Bearer {server.told('POST', f'{path}/v2/auth/credentials', json=LOGIN)['accessToken']}"
        }
        for world, path in (("main", ""), ("other", "/worlds/other"))
    }
    server.control("main", "clock/advance", {"hours": 24})

    expired = server.get(LIST, headers=tokens["main"])
    assert expired.status_code == 401
    assert "expired at 2026-05-21T20:00:00Z; the simulated time is 2026-05-21T20:00:00Z" in expired.text
    assert server.get(f"/worlds/other{LIST}", headers=tokens["other"]).status_code == 200
    server.control("main", "clock/set", {"to": "2026-05-21T19:59:59Z"})
    assert server.get(LIST, headers=tokens["main"]).status_code == 200


def test_a_sale_of_tomorrow_is_refused_until_tomorrow(server: Server) -> None:
    tomorrow = {"created_at": {"date": "2026-05-21T19:00:00Z", "local_time": "2026-05-21T12:00:00"}}

    refused = server.sell(bent=tomorrow)
    assert refused.status_code == 400
    assert [error["path"] for error in refused.json()["errors"]] == ["sales[0].created_at.date"]
    server.control("main", "clock/advance", {"days": 1})
    assert server.sell(bent=tomorrow).status_code == 200


def test_a_sale_is_late_by_the_clock(server: Server) -> None:
    made = {"created_at": {"date": "2026-05-20T20:00:00Z", "local_time": "2026-05-20T13:00:00"}}

    assert server.sell(bent=made).json()["warnings"] == []
    server.control("main", "clock/advance", {"days": 9})
    assert [each["type"] for each in server.sell(bent=made).json()["warnings"]] != []


def test_an_age_is_that_of_the_clock(server: Server) -> None:
    """Born on 21 May 2005: 21 in California the day after the clock's first."""
    teen = {
        "identifications": [
            {"types": {"id": "CAKOMIT0001"}, "id": "CADL1", "birthday": "2005-05-21T00:00:00Z"}
        ]
    }
    assert server.sell(bent=teen).status_code == 400
    server.control("main", "clock/advance", {"days": 2})
    assert server.sell(bent=teen).status_code == 200


def test_answers_and_the_journal_tell_the_simulated_time(server: Server) -> None:
    server.control("main", "clock/set", {"to": "2031-02-03T04:05:06Z"})
    server.sell()
    demo = server.worlds.main.accounts.demo
    page = server.told("GET", LIST, headers=t3_of(demo))

    assert page["data"][0]["retrievedAt"] == "2031-02-03T04:05:06Z"
    assert page["data"][0]["recordedDateTime"].startswith("2031-02-03T04:05:06")
    assert {entry["at"] for entry in server.control("main", "journal")["entries"]} == {"2031-02-03T04:05:06Z"}
    error = server.get("/v2/nowhere").json()["error"]
    assert error["timestamp"] == "2031-02-03T04:05:06.000Z"


# --- the end of a business day --------------------------------------------------------------------------------------


def sell_at(server: Server, local: str, utc: str) -> int:
    """A sale at SHOP at that time, told at that time; its receipt id."""
    server.control("main", "clock/set", {"to": utc})
    answer = server.sell(bent={"created_at": {"date": utc, "local_time": local}})
    assert answer.status_code == 200, answer.text
    return server.worlds.main.ledger.books[SHOP].active[-1].id


def closed(server: Server, **body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = server.control("main", "clock/close-day", body)
    return answer


def of(answer: dict[str, Any], license_number: str) -> dict[str, Any]:
    (found,) = [each for each in answer["closed"] if each["license_number"] == license_number]
    return dict(found)


def test_closing_a_day_finalizes_what_was_sold_before_midnight_where_the_shop_is(server: Server) -> None:
    evening = sell_at(server, "2026-05-20T23:59:59", "2026-05-21T06:59:59Z")
    midnight = sell_at(server, "2026-05-21T00:00:00", "2026-05-21T07:00:00Z")
    server.control("main", "clock/set", {"to": "2026-05-20T22:00:00Z"})

    answer = closed(server, license_number=SHOP)

    assert answer["closed"] == [
        {"license_number": SHOP, "until": "2026-05-21T07:00:00Z", "finalized": [evening]}
    ]
    assert (answer["now"], answer["clock"]) == ("2026-05-21T07:00:00Z", "frozen")
    book = server.worlds.main.ledger.books[SHOP]
    assert [receipt.id for receipt in book.active] == [midnight]
    assert book.receipts[evening].state == "final"
    assert book.receipts[evening].history[-1].at == datetime(2026, 5, 21, 7, tzinfo=UTC)
    again = closed(server, license_number=SHOP)
    assert again["closed"] == [
        {"license_number": SHOP, "until": "2026-05-22T07:00:00Z", "finalized": [midnight]}
    ]


def test_without_advancing_the_days_before_are_closed_and_the_clock_stays(server: Server) -> None:
    yesterday = sell_at(server, "2026-05-19T23:59:59", "2026-05-20T06:59:59Z")
    today = sell_at(server, "2026-05-20T00:00:00", "2026-05-20T07:00:00Z")
    server.control("main", "clock/set", {"to": "2026-05-20T22:00:00Z"})

    answer = closed(server, license_number=SHOP, advance=False)

    assert answer["closed"] == [
        {"license_number": SHOP, "until": "2026-05-20T07:00:00Z", "finalized": [yesterday]}
    ]
    assert answer["now"] == "2026-05-20T22:00:00Z"
    assert [receipt.id for receipt in server.worlds.main.ledger.books[SHOP].active] == [today]
    assert of(closed(server, advance=False), SHOP)["finalized"] == []


def test_each_shop_has_the_midnight_of_its_own_zone(server: Server) -> None:
    demo = server.worlds.main.accounts.demo
    sold = {}
    # Told to both at 05:30 UTC: 22:30 in California, half past midnight in Illinois.
    server.control("main", "clock/set", {"to": "2026-05-21T05:30:00Z"})
    for license_, state in ((SHOP, "ca"), ("SHOP-IL", "il")):
        body = server.control("main", f"examples/sale?license_number={license_}")["body"]
        assert server.post(f"/{state}/v1/sales", json=body, headers=trace_of(demo)).status_code == 200
        sold[license_] = server.worlds.main.ledger.books[license_].active[0].id
    server.control("main", "clock/set", {"to": "2026-05-21T04:00:00Z"})

    answer = closed(server)

    # In Illinois it is 23:00 of the 20th, in California 21:00; the sale in Illinois is of the 21st there.
    assert of(answer, SHOP) == {
        "license_number": SHOP,
        "until": "2026-05-21T07:00:00Z",
        "finalized": [sold[SHOP]],
    }
    assert of(answer, "SHOP-IL") == {
        "license_number": "SHOP-IL",
        "until": "2026-05-21T05:00:00Z",
        "finalized": [],
    }
    assert answer["now"] == "2026-05-21T07:00:00Z"
    assert of(closed(server, advance=False), "SHOP-IL")["finalized"] == []
    assert of(closed(server), "SHOP-IL")["finalized"] == [sold["SHOP-IL"]]


@pytest.mark.parametrize(
    ("now_", "advance", "until"),
    [
        # The clocks go forward on 8 March 2026 at two in the night, and back on 1 November.
        ("2026-03-08T07:59:59Z", True, "2026-03-08T08:00:00Z"),
        ("2026-03-08T08:00:00Z", True, "2026-03-09T07:00:00Z"),
        ("2026-03-08T10:00:00Z", True, "2026-03-09T07:00:00Z"),
        ("2026-03-08T10:00:00Z", False, "2026-03-08T08:00:00Z"),
        ("2026-03-09T06:59:59Z", False, "2026-03-08T08:00:00Z"),
        ("2026-03-09T07:00:00Z", False, "2026-03-09T07:00:00Z"),
        ("2026-11-01T08:30:00Z", True, "2026-11-02T08:00:00Z"),
        ("2026-11-01T08:30:00Z", False, "2026-11-01T07:00:00Z"),
        # The hour that comes twice, the second time.
        ("2026-11-01T09:30:00Z", True, "2026-11-02T08:00:00Z"),
        ("2026-11-01T09:30:00Z", False, "2026-11-01T07:00:00Z"),
        ("2026-11-02T07:59:59Z", False, "2026-11-01T07:00:00Z"),
        ("2026-11-02T08:00:00Z", False, "2026-11-02T08:00:00Z"),
    ],
)
def test_a_day_on_which_the_clocks_change_has_its_own_length(
    server: Server, now_: str, advance: bool, until: str
) -> None:
    server.control("main", "clock/set", {"to": now_})

    answer = closed(server, license_number=SHOP, advance=advance)

    assert of(answer, SHOP)["until"] == until
    assert answer["now"] == (until if advance else now_)


def test_a_day_is_closed_where_there_is_business(server: Server) -> None:
    """A farm has no receipts, and a license that is not active has nobody to close its day."""
    sold = sell_at(server, "2026-05-20T13:00:00", "2026-05-20T20:00:00Z")
    book = server.worlds.main.ledger.books[SHOP]
    answer = closed(server)

    assert [each["license_number"] for each in answer["closed"]] == [
        "SHOP",
        "SHOP-IL",
        "FARM",
        "SHUT",
        "ELSEWHERE",
    ]
    assert {each["license_number"]: each["finalized"] for each in answer["closed"] if each["finalized"]} == {
        SHOP: [sold]
    }
    assert list(book.active) == []
    for number in ("FARM", "SHUT"):
        assert closed(server, license_number=number)["closed"][0]["finalized"] == []


def test_a_license_that_is_not_active_any_more_keeps_its_receipts_as_they_are(server: Server) -> None:
    server.sell()
    body = server.control("main", "examples/sale?license_number=SHOP-IL")["body"]
    keys = trace_of(server.worlds.main.accounts.demo)
    assert server.post("/il/v1/sales", json=body, headers=keys).status_code == 200
    server.control("main", "snapshots", {"name": "s"})
    lines = [json.loads(line) for line in server.get("/_simulator/snapshots/s/file").content.splitlines()]
    for line in lines:
        if line.get("license", {}).get("number") == "SHOP-IL":
            line["license"]["active"] = False
    shut = "\n".join(map(json.dumps, lines))
    server.told("PUT", "/_simulator/snapshots/shut/file", content=shut)
    server.control("main", "snapshots/shut/restore", {})

    answer = closed(server)

    assert of(answer, SHOP)["finalized"] == [1001]
    assert of(answer, "SHOP-IL")["finalized"] == []
    assert len(server.worlds.main.ledger.books["SHOP-IL"].active) == 1


def test_a_running_clock_runs_on_from_midnight(server: Server) -> None:
    wall = NOW
    server.worlds.main.clock = Clock(NOW, wall=lambda: wall)
    server.control("main", "clock/rate", {"rate": 60})
    sold = server.worlds.main.ledger
    server.sell()
    wall += timedelta(seconds=1)

    answer = closed(server)

    assert (answer["now"], answer["clock"], answer["rate"]) == ("2026-05-21T07:00:00Z", "running", 60)
    wall += timedelta(seconds=1)
    assert now(server) == datetime(2026, 5, 21, 7, 1, tzinfo=UTC)
    assert list(sold.books[SHOP].active) == []


def test_closing_days_in_a_row_goes_on_day_by_day(server: Server) -> None:
    untils = [of(closed(server, license_number=SHOP), SHOP)["until"] for _ in range(3)]

    assert untils == ["2026-05-21T07:00:00Z", "2026-05-22T07:00:00Z", "2026-05-23T07:00:00Z"]


def test_at_the_end_of_time_no_day_can_be_closed_and_nothing_is_changed(server: Server) -> None:
    sold = sell_at(server, "2026-05-20T13:00:00", "2026-05-20T20:00:00Z")
    server.control("main", "clock/set", {"to": "2999-12-31T20:00:00Z"})

    assert "2999" in server.refused("POST", "/_simulator/clock/close-day", json={})
    assert [receipt.id for receipt in server.worlds.main.ledger.books[SHOP].active] == [sold]


def test_a_world_without_licenses_has_no_day_to_close(server: Server) -> None:
    server.control("main", "snapshots", {"name": "s"})
    header = server.get("/_simulator/snapshots/s/file").content.split(b"\n")[0]
    server.told("PUT", "/_simulator/snapshots/empty/file", content=header + b'\n{"end":{}}\n')
    server.control("main", "snapshots/empty/restore", {})

    assert closed(server) == {"now": iso_utc(NOW), "clock": "frozen", "rate": 0, "closed": []}


def test_a_late_sale_that_does_not_show_yet_is_closed_too(server: Server) -> None:
    late = {
        "phase": "delayed",
        "delay": 86400,
        "match": {"operation": "state_v1_sales_post"},
        "effect": {"type": "status", "status": 504},
    }
    server.control("main", "faults", late)
    assert server.sell().status_code == 504
    assert server.sold() == 0

    (receipt,) = of(closed(server), SHOP)["finalized"]

    assert server.sold() == 0
    server.control("main", "clock/advance", {"days": 1})
    assert server.worlds.main.seen(now(server)).books[SHOP].receipts[receipt].state == "final"


def test_two_servers_of_one_plan_tell_the_same(server: Server) -> None:
    with Server(PLAN.make()) as other:
        server.sell()
        other.sell()
        assert closed(server) == closed(other)


def test_a_clock_that_was_set_back_leaves_no_lagging_reader_in_the_past() -> None:
    with Server(a_world()) as server:
        server.control("main", "faults", {"effect": {"type": "read_lag", "seconds": 30}})
        server.control("main", "clock/set", {"to": "2030-01-01T00:00:00Z"})
        server.sell()
        for what, body in (
            ("clock/set", {"to": "2026-05-20T20:00:00Z"}),
            ("clock/freeze", {"at": "2026-05-20T20:00:00Z"}),
            ("reset", {"only": ["clock"]}),
        ):
            server.control("main", "clock/set", {"to": "2030-01-01T00:00:00Z"})
            server.sell()
            server.control("main", what, body)
            assert server.sold() == len(server.worlds.main.ledger.books[SHOP].active), what
