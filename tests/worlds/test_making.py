"""Worlds are made, named, listed, left alone too long, dropped; what cannot be made changes nothing."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.asgi import BASE_URL
from support.builders import NOW, SHOP, TILL, a_world, recorded
from support.worlds import PLAN, Server

from simulator.app import create_app, opened
from simulator.control.making import MOST_TEMPLATES, Making, Plan
from simulator.server import ThreadServer
from simulator.settings import Settings
from simulator.snapshots.file import save
from simulator.world import World
from simulator.worlds import FORK_JOURNAL, NoSuchWorld, WorldRefused, Worlds

WORLDS = "/_simulator/worlds"
ENDLESS = 666
"""The seed of a world that never gets ready."""


# --- what a world begins as -----------------------------------------------------------------------------------------


def test_a_world_begins_as_the_server_did(server: Server) -> None:
    server.sell()
    server.control("main", "clock/advance", {"days": 3})
    server.told("POST", "/_simulator/faults", json={"effect": {"type": "status", "status": 503}})
    server.control("main", "snapshots", {"name": "here"})

    created = server.create("fresh")

    assert (created["now"], created["receipts"], created["faults"]) == ("2026-05-20T20:00:00Z", 0, 0)
    assert (created["snapshots"], created["journal"]["total"]) == ([], 0)
    server.told("DELETE", "/_simulator/faults")
    assert (server.sold("fresh"), server.sold("main")) == (0, 1)


def test_a_fork_begins_as_another_world_stands(server: Server) -> None:
    server.sell()
    server.control("main", "clock/advance", {"days": 3})
    server.told("POST", "/_simulator/faults", json={"effect": {"type": "latency", "latency": 1}})
    server.control("main", "snapshots", {"name": "here"})

    created = server.create("like", fork_of="main")

    assert (created["now"], created["receipts"]) == ("2026-05-23T20:00:00Z", 1)
    assert (created["faults"], created["snapshots"], created["journal"]["total"]) == (0, [], 0)
    assert created["events"] == server.info("main")["events"]


def test_a_fork_of_a_fork_begins_as_that_stands(server: Server) -> None:
    server.create("child", fork_of="main")
    server.sell("child")
    server.create("grandchild", fork_of="child")
    server.sell("grandchild")

    assert [server.sold(name) for name in ("main", "child", "grandchild")] == [0, 1, 2]


def test_a_fork_outlives_the_world_it_was_made_of(server: Server) -> None:
    server.create("child", fork_of="main")
    server.sell("child")
    server.create("grandchild", fork_of="child")
    server.drop("child")
    server.sell("grandchild")

    assert server.sold("grandchild") == 2
    server.control("grandchild", "reset", {})
    assert server.sold("grandchild") == 1


def test_a_fork_may_begin_at_another_moment(server: Server) -> None:
    created = server.create("later", fork_of="main", now="2027-01-01T00:00:00Z")

    assert (created["now"], created["clock"]) == ("2027-01-01T00:00:00Z", "frozen")
    assert server.info("main")["now"] == "2026-05-20T20:00:00Z"
    server.control("later", "clock/advance", {"hours": 1})
    server.control("later", "reset", {})
    assert server.info("later")["now"] == "2027-01-01T00:00:00Z"


def test_a_world_is_grown_from_a_recipe_of_its_own(server: Server) -> None:
    created = server.create(recipe="corner_shop", seed=7, now="2026-03-01T10:00:00Z", receipts=40, days=5)

    assert (created["recipe"], created["seed"], created["now"]) == ("corner_shop", 7, "2026-03-01T10:00:00Z")
    # Those the recipe spells out come on top.
    default = server.create(recipe="corner_shop", seed=7, now="2026-03-01T10:00:00Z")
    assert created["receipts"] < default["receipts"]
    assert "LIC-00001" in [license_["number"] for license_ in created["licenses"]]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ("till", 0, NOW)),
        ({"seed": 5}, ("till", 5, NOW)),
        ({"now": "2026-01-02T03:04:05Z"}, ("till", 0, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))),
        ({"now": "2026-01-02T04:04:05+01:00"}, ("till", 0, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))),
        ({"recipe": str(TILL), "seed": 5}, ("till", 5, NOW)),
        ({"recipe": None, "seed": None, "now": None}, ("till", 0, NOW)),
        ({"recipe": "edge_cases", "receipts": 10}, ("edge_cases", 0, NOW)),
    ],
    ids=str,
)
def test_what_is_not_said_is_as_the_server_has_it(
    server: Server, wanted: dict[str, Any], expected: tuple[str, int, datetime]
) -> None:
    world = server.worlds[server.create(**wanted)["name"]]

    assert (world.recipe, world.seed, world.clock.now()) == expected


def test_the_servers_own_size_is_that_of_its_own_recipe_only() -> None:
    own = Plan("corner_shop", 3, NOW, receipts=7, days=2)
    world = own.make()
    app = create_app(world, plan=own)
    with Server(world) as server:
        server.app.control = app.control
        same = server.create(seed=3, now="2026-05-20T20:00:00Z")
        less = server.create(receipts=0)
        other = server.create(recipe="edge_cases")

    assert same["receipts"] == len_of(world)
    assert less["receipts"] == len_of(world) - 7
    assert other["receipts"] == len_of(Plan("edge_cases", 3, NOW).make()) > 0


def test_a_fork_is_a_whole_world_without_any_server() -> None:
    world = a_world()
    fork = world.fork("fork")
    recorded(fork)
    fork.reset()

    assert (len_of(world), len_of(fork)) == (0, 0)


def len_of(world: World) -> int:
    return sum(len(book.receipts) for book in world.ledger.books.values())


def test_a_world_is_made_of_a_snapshot_file(server: Server, tmp_path: Path) -> None:
    server.sell()
    save(server.worlds.main, tmp_path / "kept.snapshot")

    created = server.create(recipe=str(tmp_path / "kept.snapshot"))

    assert (created["receipts"], created["recipe"]) == (1, "till")


def test_under_a_running_clock_worlds_follow_real_time() -> None:
    plan = Plan(str(TILL))
    with Server(plan.make()) as server:
        server.app.control = create_app(server.worlds, plan=plan).control
        created = server.create()
        grown = server.create(seed=1)
        frozen = server.create(seed=1, now="2026-05-20T20:00:00Z")

    now = datetime.now(UTC)
    for each in (created, grown):
        assert each["clock"] == "running"
        assert abs(datetime.fromisoformat(each["now"]) - now) < timedelta(minutes=1)
    assert (frozen["clock"], frozen["now"]) == ("frozen", "2026-05-20T20:00:00Z")


@pytest.mark.parametrize(
    ("wanted", "limit"), [({}, FORK_JOURNAL), ({"journal_bytes": 12345}, 12345), ({"journal_bytes": 0}, 0)]
)
def test_a_world_keeps_a_journal_of_the_size_that_was_asked_for(
    server: Server, wanted: dict[str, int], limit: int
) -> None:
    created = server.create("kept", **wanted)
    for _ in range(30):
        server.sold("kept")
    journal = server.info("kept")["journal"]

    assert created["journal"]["limit"] == limit
    assert (journal["total"], journal["kept"] + journal["dropped"]) == (30, 30)
    assert journal["bytes"] <= limit
    assert (journal["kept"] == 30) is (limit == FORK_JOURNAL)
    assert (journal["kept"] == 0) is (limit == 0)


# --- names ----------------------------------------------------------------------------------------------------------


def test_worlds_without_a_name_are_numbered(server: Server) -> None:
    server.create("w2")

    assert [server.create()["name"] for _ in range(3)] == ["w1", "w3", "w4"]
    server.drop("w3")
    assert server.create()["name"] == "w5"


@pytest.mark.parametrize("name", ["a", "A", "7", "a" * 63, "a-b_c", "Main", "worlds", "v2"])
def test_a_name_is_letters_digits_and_two_signs(server: Server, name: str) -> None:
    assert server.create(name)["name"] == name
    assert server.sold(name) == 0


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "-a",
        "_a",
        "a" * 64,
        "a/b",
        "a.b",
        "ä",
        "a\n",
        "\n",
        "..",
        "a%20b",
        "a?b",
        "²",
        "main",
        "twice",
    ],
)
def test_a_name_that_cannot_be_had_is_refused_and_said(server: Server, name: str) -> None:
    server.create("twice")
    before = server.names()

    message = server.refused("POST", WORLDS, json={"name": name})

    assert repr(name) in message or repr(name)[:70] in message
    assert server.names() == before
    assert server.create()["name"] == "w1"


# --- limits ---------------------------------------------------------------------------------------------------------


def test_there_are_as_many_worlds_as_may_be(server: Server) -> None:
    server.worlds.most = 3
    server.create("a")
    server.create("b")

    assert "--max-worlds" in server.refused("POST", WORLDS, json={})
    assert "There are 3 worlds already" in server.refused("POST", WORLDS, json={"name": "c", "fork_of": "a"})
    assert server.names() == ["main", "a", "b"]
    assert server.control("main", "worlds")["most"] == 3
    server.drop("a")
    assert server.create("c")["name"] == "c"


class Tick:
    """A clock of real seconds that is told what to show."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_world_that_is_left_alone_too_long_is_gone() -> None:
    tick = Tick()
    with Server(Worlds(a_world(), idle=60, tick=tick)) as server:
        server.create("used")
        server.create("left")
        for tick.now in (30.0, 60.0, 90.0):
            assert server.sold("used") == 0
        tick.now = 90.001

        assert "There is no world 'left'; it may have been dropped." in server.refused(
            "GET", "/worlds/left/v2/states", 404
        )
        assert server.names() == ["main", "used"]
        tick.now = 1e6
        assert server.names() == ["main"]
        assert server.control("main", "health")["worlds"] == 1


def test_a_world_is_not_idle_while_it_is_used_up_to_the_last_second() -> None:
    tick = Tick()
    worlds = Worlds(a_world(), idle=60, tick=tick)
    worlds.fork(worlds.main, "w")
    for tick.now in (60.0, 120.0, 180.0):
        assert worlds["w"].name == "w"
    tick.now = 240.5
    with pytest.raises(NoSuchWorld):
        worlds["w"]


def test_the_main_world_never_goes() -> None:
    tick = Tick()
    worlds = Worlds(a_world(), idle=60, tick=tick)
    tick.now = 1e9

    assert worlds["main"] is worlds.main
    assert [world.name for world in worlds] == ["main"]


def test_idle_worlds_make_room_for_others() -> None:
    tick = Tick()
    worlds = Worlds(a_world(), most=2, idle=60, tick=tick)
    worlds.fork(worlds.main, "old")
    with pytest.raises(WorldRefused, match="2 worlds already"):
        worlds.fork(worlds.main, "new")
    tick.now = 61

    assert worlds.fork(worlds.main, "old").name == "old"


def test_without_a_limit_worlds_stay() -> None:
    tick = Tick()
    with Server(Worlds(a_world(), idle=None, tick=tick)) as server:
        server.create("kept")
        tick.now = 1e9

        assert server.control("main", "worlds")["idle_limit_seconds"] is None
        assert server.info("kept")["idle_seconds"] in (0, 1e9)


def test_the_list_tells_how_long_a_world_has_been_left_alone_and_keeps_none() -> None:
    tick = Tick()
    with Server(Worlds(a_world(), idle=60, tick=tick)) as server:
        server.create("w")
        for tick.now in (20.0, 40.0):
            (_, listed) = server.control("main", "worlds")["worlds"]
            assert listed["idle_seconds"] == tick.now
        tick.now = 61.0

        assert server.names() == ["main"]


@pytest.mark.parametrize(("idle", "expected"), [(0, None), (0.5, 0.5), (3600, 3600)])
def test_a_server_has_the_limits_that_were_set(idle: float, expected: float | None) -> None:
    settings = Settings(recipe=str(TILL), max_worlds=3, world_idle=idle, journal_bytes=12345)
    worlds, state_file = opened(settings)

    assert (worlds.most, worlds.idle, worlds.main.journal.limit) == (3, expected, 12345)
    assert state_file is None


def test_the_first_world_is_called_main() -> None:
    world = a_world()
    world.name = "other"
    with pytest.raises(ValueError, match="main"):
        Worlds(world)


# --- dropping and listing -------------------------------------------------------------------------------------------


def test_a_dropped_world_is_gone_with_all_its_paths(server: Server) -> None:
    server.create("gone")
    assert server.told("DELETE", "/_simulator/worlds/gone") == {"dropped": "gone"}

    for path in ("/v2/states", "/ca/v1/sales", "/_simulator/health", "/_simulator/clock", "", "/"):
        message = server.refused("GET", f"/worlds/gone{path}", 404)
        assert message == "There is no world 'gone'; it may have been dropped. Of 1 worlds: main"
    server.refused("GET", "/_simulator/worlds/gone", 404)
    server.refused("DELETE", "/_simulator/worlds/gone", 404)
    assert server.names() == ["main"]


def test_a_world_made_again_under_its_name_begins_anew(server: Server) -> None:
    server.create("again")
    server.sell("again")
    server.drop("again")
    server.create("again")

    assert server.sold("again") == 0
    assert server.info("again")["journal"]["total"] == 1


def test_the_main_world_cannot_be_dropped(server: Server) -> None:
    assert "reset it instead" in server.refused("DELETE", "/_simulator/worlds/main")
    assert server.names() == ["main"]


def test_a_world_may_drop_itself(server: Server) -> None:
    server.create("self")
    server.told("DELETE", "/worlds/self/_simulator/worlds/self")

    assert server.names() == ["main"]


def test_an_unknown_world_names_the_nearest(server: Server) -> None:
    server.create("checkout")

    assert "Did you mean 'checkout'?" in server.refused("GET", "/worlds/chekout/v2/states", 404)
    assert "Did you mean 'checkout'?" in server.refused("POST", WORLDS, 404, json={"fork_of": "Checkout"})


# --- what it was grown from -----------------------------------------------------------------------------------------


def test_a_world_tells_the_plan_of_its_past(server: Server) -> None:
    wanted = {"recipe": "month_end", "seed": 7, "receipts": 40, "days": 3, "shops": 5}
    created = server.create("chain", now="2026-03-01T08:00:00Z", **wanted)

    assert created["plan"] == {**wanted, "began": "2026-03-01T08:00:00Z", "frozen": True}
    assert len(created["licenses"]) == 5
    assert server.info("main")["plan"] == {
        "recipe": "till",
        "seed": 0,
        "began": "2026-05-20T20:00:00Z",
        "frozen": True,
        "receipts": None,
        "days": None,
        "shops": None,
    }


def test_a_plan_stays_through_forks_resets_and_restoring(server: Server) -> None:
    plan = server.create("chain", recipe="month_end", receipts=40)["plan"]
    server.control("chain", "clock/advance", {"days": 2})
    server.control("chain", "snapshots", {"name": "here"})

    assert server.create("like", fork_of="chain", now="2026-08-01")["plan"] == plan
    server.control("chain", "snapshots/here/restore", {})
    assert server.info("chain")["plan"] == plan
    server.control("chain", "reset", {})
    assert server.info("chain")["plan"] == plan


def test_another_past_has_no_plan(server: Server, tmp_path: Path) -> None:
    """A snapshot file's, whether the world began with it or was given it; until a reset brings its own back."""
    path = tmp_path / "other.snapshot"
    save(server.worlds.main, path)
    assert server.create("restored", recipe=str(path))["plan"] is None

    server.told("PUT", "/_simulator/snapshots/other/file", content=path.read_bytes())
    server.control("main", "snapshots/other/restore", {})
    assert server.info("main")["plan"] is None
    server.control("main", "reset", {})
    assert server.info("main")["plan"]["recipe"] == "till"


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"recipe": "corner_shp"}, "Did you mean 'corner_shop'?"),
        ({"recipe": "none.toml"}, "there is no recipe file 'none.toml'"),
        ({"recipe": "none.snapshot"}, "there is no snapshot file 'none.snapshot'"),
        ({"recipe": "none.snapshot", "receipts": 3}, "leave receipts, days and shops out"),
        ({"shops": 0}, "shops must be at least 1"),
        ({"shops": 10_001}, "shops must be at most 10000"),
        (
            {"recipe": "busy_dispensary", "shops": 60},
            "6,570,000 receipts of 60 shops are too many; 5,000,000",
        ),
        ({"fork_of": "main", "shops": 2}, "leave shops out"),
        ({"recipe": ""}, "recipe must not be empty"),
        ({"fork_of": "main", "seed": 3, "days": 2}, "leave days, seed out"),
        ({"fork_of": "main", "recipe": "corner_shop"}, "leave recipe out"),
        ({"fork_of": "main", "now": "3999-01-01"}, "between the years 2000 and 2999"),
        ({"now": "soon"}, "now must be an ISO 8601 date-time"),
        ({"now": 99999999999}, "now must be"),
        ({"fork_of": "main", "now": 99999999999}, "now must be"),
        ({"seed": -1}, "seed must be at least 0, not -1"),
        ({"seed": 1.5}, "seed"),
        ({"receipts": -1}, "receipts must be at least 0"),
        ({"receipts": 10**9}, "receipts must be at most"),
        ({"days": 0}, "days must be at least 1"),
        ({"journal_bytes": -1}, "journal_bytes must be at least 0"),
        ({"journal_bytes": 2**40}, "journal_bytes must be at most"),
        ({"own_credentials": "perhaps"}, "own_credentials must be true or false"),
        ({"fork": "main"}, "fork is unknown. Did you mean 'fork_of'?"),
        ({"nmae": "x"}, "nmae is unknown. Did you mean 'name'? Known are name, recipe, fork_of"),
        ([], "must be an object, not []"),
    ],
    ids=str,
)
def test_what_cannot_be_made_is_refused_with_the_reason_and_changes_nothing(
    server: Server, wanted: Any, reason: str
) -> None:
    assert reason in server.refused("POST", WORLDS, json=wanted)
    assert server.names() == ["main"]
    assert server.create()["name"] in ("w1", "w2")


def test_a_name_is_looked_at_before_anything_is_grown(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_plan: Plan, _watch: object = None) -> World:
        raise AssertionError("grown for nothing")

    monkeypatch.setattr(Plan, "make", never)

    server.refused("POST", WORLDS, json={"name": "a b", "seed": 3})
    server.worlds.most = 1
    server.refused("POST", WORLDS, json={"name": "ab", "seed": 3})


# --- templates ------------------------------------------------------------------------------------------------------


class Grown:
    """Counts what is grown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.plans: list[Plan] = []
        make = Plan.make

        def counted(plan: Plan, watch: Any = None) -> World:
            self.plans.append(plan)
            return make(plan, watch)

        monkeypatch.setattr(Plan, "make", counted)


def test_worlds_that_are_alike_are_grown_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Grown(monkeypatch)
    for name in ("a", "b"):
        server.create(name, seed=4)
        server.sell(name)
    server.create("c", seed=5)

    assert len(grown.plans) == 2
    assert [server.sold(name) for name in ("a", "b", "c")] == [1, 1, 0]
    assert server.create("d", seed=4)["receipts"] == 0


def test_alike_is_what_comes_to_the_same(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Grown(monkeypatch)
    for wanted in (
        {"seed": 4},
        {"seed": 4, "recipe": str(TILL)},
        {"seed": 4, "now": "2026-05-20T20:00:00Z"},
        {"seed": 4, "now": "2026-05-20T13:00:00-07:00"},
    ):
        server.create(**wanted)
    assert len(grown.plans) == 1

    for wanted in ({"seed": 4, "receipts": 0}, {"seed": 4, "now": "2026-05-20T20:00:01Z"}):
        server.create(**wanted)
    assert len(grown.plans) == 3
    assert "nothing to make more or less of" in server.refused("POST", WORLDS, json={"days": 1})


def test_a_recipe_that_was_changed_is_grown_anew(server: Server, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(TILL.read_text(encoding="utf-8"), encoding="utf-8")
    assert server.create(recipe=str(mine))["recipe"] == "till"

    mine.write_text(
        TILL.read_text(encoding="utf-8").replace('name = "till"', 'name = "mine"', 1), encoding="utf-8"
    )

    assert server.create(recipe=str(mine))["recipe"] == "mine"


def test_what_could_not_be_grown_is_tried_again(server: Server, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    server.refused("POST", WORLDS, json={"recipe": str(mine)})
    mine.write_text(TILL.read_text(encoding="utf-8"), encoding="utf-8")

    assert server.create(recipe=str(mine))["recipe"] == "till"


def test_two_who_ask_at_once_for_the_same_wait_for_one_growing(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Grown(monkeypatch)
    world = a_world()
    app = create_app(world, plan=Plan(str(TILL), 0, NOW))

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            wanted = [
                {"seed": 8},
                {"seed": 8},
                {"seed": 9},
                {"seed": 8, "name": "same"},
                {"seed": 8, "name": "same"},
            ]
            asked = [client.post(WORLDS, json=each) for each in wanted]
            answers = await asyncio.gather(*asked, client.get("/_simulator/health"))
        return list(answers)

    *created, health = asyncio.run(ask())

    assert sorted(answer.status_code for answer in created) == [200, 200, 200, 200, 400]
    assert health.status_code == 200
    assert sorted(plan.seed for plan in grown.plans) == [8, 9]
    assert sorted(world.name for world in app.worlds) == ["main", "same", "w1", "w2", "w3"]


def test_only_so_many_templates_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Grown(monkeypatch)
    plans = [Plan(str(TILL), seed, NOW) for seed in range(MOST_TEMPLATES + 1)]

    async def ask() -> None:
        making = Making(plans[0])
        for plan in (*plans[:-1], plans[0], plans[-1], plans[0], plans[1]):
            await making.template(plan)

    asyncio.run(ask())

    assert grown.plans == [*plans, plans[1]]


def test_a_template_under_a_running_clock_serves_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Grown(monkeypatch)
    monkeypatch.setattr("simulator.control.making.Clock.now", lambda _clock: at)
    plan = Plan(str(TILL))

    async def ask(*moments: datetime) -> None:
        nonlocal at
        for at in moments:  # noqa: B007 - what the clock shows
            await making.template(plan)

    at, making = NOW, Making(plan)
    asyncio.run(ask(NOW, NOW + timedelta(minutes=59)))
    assert len(grown.plans) == 1
    asyncio.run(ask(NOW + timedelta(minutes=60)))
    assert len(grown.plans) == 2


def test_a_world_tells_what_is_in_it(server: Server) -> None:
    server.create("told")
    server.sell("told")
    server.control("told", "snapshots", {"name": "s"})

    info = server.control("told", "world")

    assert {**info, "idle_seconds": 0} == {**server.info("told"), "idle_seconds": 0}
    assert (info["name"], info["path"], info["url"]) == ("told", "/worlds/told", f"{BASE_URL}/worlds/told")
    assert (info["recipe"], info["seed"], info["clock"]) == ("till", 0, "frozen")
    assert (info["receipts"], info["snapshots"], info["own_credentials"]) == (1, ["s"], False)
    assert info["licenses"][0] == {
        "number": SHOP,
        "name": "The Shop",
        "state": "ca",
        "retail": True,
        "active": True,
    }
    assert [each["active"] for each in info["licenses"]] == [True, True, True, False, True]
    assert [each["username"] for each in info["accounts"]] == ["till", "other"]
    assert info["journal"] == {**info["journal"], "total": 1, "kept": 1, "dropped": 0, "limit": FORK_JOURNAL}
    main = server.info("main")
    assert (main["path"], main["url"], main["receipts"]) == ("", BASE_URL, 0)


# --- growing beside the event loop ------------------------------------------------------------------------------------


def test_what_nobody_waits_for_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that hangs up ends the growing of its world, and another may grow meanwhile."""
    ended = threading.Event()
    make = Plan.make

    def endless(plan: Plan, watch: Any = None) -> World:
        if plan.seed != ENDLESS:
            return make(plan, watch)
        try:
            while True:
                watch(0)
                time.sleep(0.001)
        finally:
            ended.set()

    monkeypatch.setattr(Plan, "make", endless)
    with ThreadServer(create_app(a_world(), plan=PLAN)) as server:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{server.url}{WORLDS}", json={"seed": ENDLESS}, timeout=0.3, trust_env=False)
        answer = httpx.post(f"{server.url}{WORLDS}", json={"seed": 4}, timeout=10, trust_env=False)

        assert answer.status_code == 200
        assert ended.wait(10)


def test_of_several_who_wait_one_may_give_up_and_the_others_get_their_world(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    make = Plan.make

    def slow(plan: Plan, watch: Any = None) -> World:
        begun.set()
        assert go_on.wait(10)
        return make(plan, watch)

    monkeypatch.setattr(Plan, "make", slow)

    async def ask() -> World:
        making = Making(PLAN)
        impatient, patient = (asyncio.create_task(making.template(PLAN)) for _ in range(2))
        assert await asyncio.to_thread(begun.wait, 10)
        impatient.cancel()
        await asyncio.sleep(0)
        go_on.set()
        return await patient

    assert asyncio.run(ask()).recipe == "till"


def test_a_server_stops_while_a_world_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(_plan: Plan, watch: Any = None) -> World:
        begun.set()
        try:
            while True:
                watch(0)
                time.sleep(0.001)
        finally:
            ended.set()

    monkeypatch.setattr(Plan, "make", endless)
    with ThreadServer(create_app(a_world(), plan=PLAN)) as server, ThreadPoolExecutor(1) as pool:
        asking = pool.submit(httpx.post, f"{server.url}{WORLDS}", json={"seed": ENDLESS}, trust_env=False)
        assert begun.wait(10)
        server.stop()
        assert ended.wait(10)
        assert isinstance(asking.exception(), httpx.TransportError)
