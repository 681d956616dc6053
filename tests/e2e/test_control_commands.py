"""The verbs about a running server: what they do, what they tell people and programs, how they refuse.

Long, as all verbs are asked in the same way of one server.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.live import Live, environment, run, serving
from support.samples import POST_SALE

from simulator.cli import OF_A_SERVER, cli
from simulator.cli.fault_options import FLAGS
from simulator.cli.journal_options import QUESTION
from simulator.cli.world import PARTS
from simulator.client import Simulator, World
from simulator.control.accounts import NewAccount
from simulator.control.worlds import NewWorld
from simulator.faults.effects import EFFECTS
from simulator.faults.fault import Fault
from simulator.faults.match import Match
from simulator.journal.questions import PAGING, Question
from simulator.world import Part

WHOAMI = "/v2/auth/whoami"
Say = Callable[..., str]


@pytest.fixture(scope="module")
def server() -> Iterator[Live]:
    with serving("--now", "2026-05-20T20:00:00Z") as live:
        yield live


@pytest.fixture
def world(server: Live) -> Iterator[World]:
    with Simulator(server.url) as simulator, simulator.create_world() as world:
        yield world


def ask(url: str, *arguments: str, code: int = 0, given: str | None = None, **variables: str) -> str:
    """What a verb prints, on standard output where it goes well and on standard error where it is refused."""
    unset = {name: None for name in os.environ if name.startswith("SIMULATOR_")}
    given_environment = {**unset, "SIMULATOR_URL": url, **variables}
    result = CliRunner().invoke(cli, arguments, input=given, env=given_environment)
    assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
    return result.stderr if code == 2 else result.stdout


@pytest.fixture
def say(world: World) -> Say:
    """Ask about the test's own world."""

    def asked(*arguments: str, **options: Any) -> str:
        return ask(world.url, *arguments, **options)

    return asked


@pytest.fixture
def told(say: Say) -> Callable[..., Any]:
    """The JSON of a verb."""

    def asked(*arguments: str, **options: Any) -> Any:
        text = say(*arguments, "--json", **options)
        assert text.count("\n") == 1
        return json.loads(text)

    return asked


def sell(world: World, external_id: str = "order-1") -> None:
    body = json.loads(POST_SALE)
    body["sales"][0]["external_id"] = external_id
    world.trace.post("/ca/v1/sales", json=body)


def table(text: str) -> list[list[str]]:
    """The cells of the first table; no cell is empty, and none has two spaces in it."""
    first, _, _ = text.partition("\n\n")
    return [re.split(r" {2,}", line.strip()) for line in first.splitlines()]


# --- which server, which world --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "variables", "expected"),
    [
        ([], {}, "main"),
        (["--world", "{one}"], {}, "{one}"),
        (["--url", "{root}/worlds/{one}"], {}, "{one}"),
        ([], {"SIMULATOR_URL": "{root}/worlds/{one}"}, "{one}"),
        ([], {"SIMULATOR_WORLD": "{one}"}, "{one}"),
        (["--world", "main"], {"SIMULATOR_WORLD": "{one}"}, "main"),
        (["--world", "{two}"], {"SIMULATOR_URL": "{root}/worlds/{one}"}, "{two}"),
        (["--url", "{root}/worlds/{two}"], {"SIMULATOR_WORLD": "{one}"}, "{two}"),
        (["--url", "{root}"], {"SIMULATOR_WORLD": "{one}"}, "{one}"),
        ([], {"SIMULATOR_WORLD": ""}, "main"),
    ],
)
def test_a_flag_goes_before_a_variable_and_an_address_before_a_name(
    world: World, flags: list[str], variables: dict[str, str], expected: str
) -> None:
    with world.fork() as other:
        names = {"root": world.simulator.url, "one": world.name, "two": other.name}
        given = {name: value.format(**names) for name, value in variables.items()}
        flags = [flag.format(**names) for flag in flags]
        shown = ask(names["root"], "world", "show", "--json", *flags, **given)
        assert json.loads(shown)["name"] == expected.format(**names)


def test_a_token_is_given_by_flag_or_variable() -> None:
    with serving("--control-token", "sesame") as guarded:
        assert ask(guarded.url, "clock", "show", "--token", "sesame").endswith("running\n")
        assert ask(guarded.url, "clock", "show", SIMULATOR_CONTROL_TOKEN="sesame").endswith("running\n")
        refused = ask(guarded.url, "clock", "show", code=2)
        assert refused.startswith("simulator: Send X-Simulator-Token")
        assert "(--token or SIMULATOR_CONTROL_TOKEN)" in refused


# --- worlds ---------------------------------------------------------------------------------------------------------


def test_worlds_are_made_listed_and_dropped(server: Live) -> None:
    made = ask(server.url, "world", "create", "mine", "--now", "2026-03-01T00:00:00Z", "--receipts", "5")
    assert "2026-03-01T00:00:00Z, frozen" in made
    assert f'eval "$(simulator world env --url {server.url}/worlds/mine)"' in made
    fork = json.loads(ask(server.url, "world", "fork", "--world", "mine", "--journal-bytes", "0", "--json"))
    assert (fork["now"], fork["journal"]["limit"]) == ("2026-03-01T00:00:00Z", 0)

    listed = ask(server.url, "world", "list")
    heads, *rows = table(listed)
    assert heads == ["NAME", "RECIPE", "RECEIPTS", "NOW", "CLOCK", "FAULTS", "SNAPSHOTS", "REQUESTS", "IDLE"]
    assert {"main", "mine", fork["name"]} <= {row[0] for row in rows}
    assert "of at most 1,000; idle ones are dropped after 60 min." in listed

    assert "no world 'nope'" in ask(server.url, "world", "drop", "mine", "nope", code=2)
    assert ask(server.url, "world", "drop", "mine", fork["name"]) == f"Dropped: mine, {fork['name']}.\n"
    names = [each["name"] for each in json.loads(ask(server.url, "world", "list", "--json"))["worlds"]]
    assert not {"mine", fork["name"]} & set(names)


def test_a_world_is_shown_with_its_licenses_and_people(world: World, say: Say) -> None:
    shown = say("world", "show")

    name, licenses, people = shown.split("\n\n")
    assert name.splitlines()[0].split() == ["name", world.name]
    assert "XXXRETAIL01  Corner Shop          ca     yes     yes" in licenses
    assert "2616ec56-fa2a-4c5b-86c0-acacf23c9ef7" in people
    assert say("world", "show", "main").splitlines()[0].split() == ["name", "main"]


def test_the_exports_of_a_world_lead_to_it(world: World, say: Say, told: Callable[..., Any]) -> None:
    assert f"export T3_API_HOST={world.url}\n" in say("world", "env")
    variables = told("world", "env")
    assert variables == world.environment
    again = ask(variables["SIMULATOR_URL"], "world", "show", "--json")
    assert json.loads(again)["name"] == world.name


def test_a_world_is_reset_in_all_or_in_parts(world: World, say: Say, told: Callable[..., Any]) -> None:
    world.clock.advance(days=1)
    world.faults.add("reset_peer")
    assert told("world", "reset", "--only", "faults") == {"reset": ["faults"]}
    assert world.faults.list() == []
    assert say("world", "reset").startswith(f"{world.name} is as in the beginning: clock, faults, ")
    assert world.clock.now == world.simulator.main.clock.now


# --- the clock ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show"], "2026-05-20T20:00:00Z, frozen"),
        (["freeze"], "2026-05-20T20:00:00Z, frozen"),
        (["freeze", "2026-01-01"], "2026-01-01T00:00:00Z, frozen"),
        (["set", "2027-01-01T00:00:00+01:00"], "2026-12-31T23:00:00Z, frozen"),
        (["advance", "--days", "1", "--minutes", "1", "--seconds", "1"], "2026-05-21T20:01:01Z, frozen"),
        (["advance", "--hours", "1.5"], "2026-05-20T21:30:00Z, frozen"),
        (["rate", "2"], r"2026-05-20T20:00:\d\dZ, running 2 times as fast as real time"),
        (["resume"], r"2026-05-20T20:00:\d\dZ, running"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_clock_tells_what_it_shows(say: Say, arguments: list[str], says: str) -> None:
    assert re.fullmatch(f"{says}\n", say("clock", *arguments))


def test_a_day_is_closed(world: World, say: Say, told: Callable[..., Any]) -> None:
    stayed = told("clock", "close-day", "--stay")
    assert stayed["now"] == "2026-05-20T20:00:00Z"
    assert len(stayed["closed"]) == len(world.licenses)

    heads, row = table(say("clock", "close-day", "XXXRETAIL01"))
    assert heads == ["LICENSE", "SOLD BEFORE", "FINALIZED"]
    assert row[:2] == ["XXXRETAIL01", "2026-05-21T07:00:00Z"]


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "given", "expected"),
    [
        (["--status", "504"], None, {"effect": {"type": "status", "status": 504}}),
        (
            [
                "--status",
                "503",
                "--retry-after",
                "5",
                "--message",
                "no",
                "--phase",
                "after",
                "--nth",
                "2",
                "--nth",
                "4",
            ],
            None,
            {
                "phase": "after",
                "effect": {"type": "status", "status": 503, "retry_after": 5, "message": "no"},
                "match": {"nth": [2, 4]},
            },
        ),
        (
            ["--latency", "9", "--jitter", "3", "--distribution", "normal", "--toxicity", "0.5"],
            None,
            {
                "effect": {"type": "latency", "latency": 9, "jitter": 3, "distribution": "normal"},
                "match": {"toxicity": 0.5},
            },
        ),
        (["--timeout", "0"], None, {"effect": {"type": "timeout", "timeout": 0}}),
        (
            ["--effect", "reset_peer", "--timeout", "9", "--every", "3"],
            None,
            {"effect": {"type": "reset_peer", "timeout": 9}, "match": {"every": 3}},
        ),
        (["--effect", "garbage", "--bytes", "9"], None, {"effect": {"type": "garbage", "bytes": 9}}),
        (["--rate", "9"], None, {"effect": {"type": "bandwidth", "rate": 9}}),
        (
            ["--average-size", "9", "--size-variation", "3", "--piece-delay", "1"],
            None,
            {"effect": {"type": "slicer", "average_size": 9, "size_variation": 3, "delay": 1}},
        ),
        (
            ["--requests", "5", "--seconds", "60", "--retry-after", "true", "--api", "t3"],
            None,
            {
                "effect": {"type": "rate_limit", "requests": 5, "seconds": 60, "retry_after": True},
                "match": {"api": "t3"},
            },
        ),
        (["--effect", "read_lag", "--seconds", "5"], None, {"effect": {"type": "read_lag", "seconds": 5}}),
        (
            ["--status", "500", "--phase", "delayed", "--delay", "7", "--operation", "state_v1_sales_post"],
            None,
            {"phase": "delayed", "delay": 7, "match": {"operation": "state_v1_sales_post"}},
        ),
        (
            ["--status", "500", "--phase", "partial", "--keep", "1", "--first", "2", "--name", "half"],
            None,
            {"name": "half", "phase": "partial", "keep": 1, "match": {"first": 2}},
        ),
        (
            ["--status", "500", "--method", "post", "--path", "/ca/*", "--license", "L", "--username", "u"],
            None,
            {"match": {"method": "POST", "path": "/ca/*", "license_number": "L", "username": "u"}},
        ),
        (
            [
                "--status",
                "500",
                "--query",
                "page=2",
                "--body",
                "sales[0].external_id=12a",
                "--body",
                "x__exists=true",
            ],
            None,
            {"match": {"query": {"page": 2}, "body": {"sales[0].external_id": "12a", "x__exists": True}}},
        ),
        (['{"effect": {"type": "reset_peer"}}'], None, {"effect": {"type": "reset_peer", "timeout": 0}}),
        (
            ["-", "--timeout", "5", "--effect", "reset_peer", "--first", "1"],
            '{"name": "x", "effect": {"type": "timeout", "timeout": 3}, "match": {"api": "t3"}}',
            {"name": "x", "effect": {"type": "reset_peer", "timeout": 5}, "match": {"api": "t3", "first": 1}},
        ),
        (["fault.json"], None, {"name": "of-a-file", "effect": {"type": "expired_token"}}),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_a_fault_is_said_by_flags_or_by_json(
    told: Callable[..., Any],
    arguments: list[str],
    given: str | None,
    expected: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fault.json").write_text('{"name": "of-a-file", "effect": {"type": "expired_token"}}')

    added = told("fault", "add", *arguments, given=given)

    assert {key: added[key] for key in expected} == expected


def test_every_key_of_a_fault_and_of_every_effect_has_a_flag() -> None:
    keys = {(flag.part, flag.key) for flag in FLAGS}
    of_faults = set(Fault.model_fields) - {"match", "effect"}
    of_effects = {key for effect in EFFECTS.values() for key in effect.model_fields}
    assert {key for part, key in keys if part == "fault"} == of_faults
    assert {key for part, key in keys if part == "match"} == set(Match.model_fields)
    assert {key for part, key in keys if part == "effect"} == of_effects
    assert {flag.means for flag in FLAGS if flag.means} <= set(EFFECTS)


def test_faults_are_listed_shown_replaced_and_removed(world: World, say: Say) -> None:
    assert say("fault", "list") == "No faults.\n"
    say("fault", "add", "--status", "504", "--name", "one", "--path", WHOAMI, "--nth", "2")
    world.t3.get(WHOAMI)
    heads, row = table(say("fault", "list"))
    assert heads == ["NAME", "PHASE", "EFFECT", "FOR", "MATCHED", "STRUCK"]
    assert row == ["one", "before", "status 504", f"path={WHOAMI} nth=2", "1", "0"]
    assert "status 504" in say("fault", "show", "one")

    assert "latency 20 jitter=0" in say("fault", "add", "--latency", "20", "--name", "one", "--replace")
    assert say("fault", "remove", "one") == "Removed: one.\n"
    assert say("fault", "clear") == "There were no faults.\n"


def test_profiles_are_listed_and_applied(say: Say, told: Callable[..., Any]) -> None:
    assert "commit_then_504" in [row[0] for row in table(say("fault", "profiles"))]
    assert "delayed delay=5" in say("fault", "apply", "late_commit", "--delay", "5")
    applied = told("fault", "apply", "read_lag", '{"effect": {"seconds": 5}}', "--name", "lag")
    assert (applied["name"], applied["effect"]["seconds"]) == ("lag", 5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fault", "add"], "say what happens, as in --status 504"),
        (
            ["fault", "add", "--status", "504", "--latency", "5"],
            "--status and --latency are effects of two faults",
        ),
        (["fault", "add", "--effect", "resetpeer"], "Did you mean 'reset_peer'?"),
        (["fault", "add", "--status", "many"], "'many' is not a valid integer"),
        (["fault", "add", "--status", "504", "--query", "page"], "'page' is not of the form KEY=VALUE"),
        (["fault", "add", "--status", "504", "--replace"], "--replace needs the name"),
        (["fault", "add", "nowhere.json"], "cannot read nowhere.json: No such file"),
        (["fault", "add", "{oops"], "is no JSON"),
        (["fault", "add", "[1]"], "a fault is a JSON object"),
        (["fault", "apply", "sloow"], "Did you mean 'slow'?"),
        (["fault", "remove", "nope"], "there is no fault 'nope'"),
        (["clock", "advance"], "say by how much"),
        (["clock", "advance", "--days", "-1"], "at least 0"),
        (["clock", "set", "yesterday"], "must be an ISO 8601 date-time"),
        (["journal", "list", "--status", "9"], "status"),
        (["snapshot", "restore", "nope"], "There is no snapshot 'nope'"),
        (["snapshot", "import", "nowhere.snapshot"], "cannot read nowhere.snapshot: No such file"),
        (["world", "create", "main"], "There is a world 'main' already"),
        (["world", "show", "nope"], "There is no world 'nope'"),
        (["world", "drop", "main"], "cannot be dropped"),
        (["account", "issue", "demo"], "demo"),
        (["finalize", "NOWHERE"], "License 'NOWHERE' does not exist"),
        (["save"], "--state-file"),
        (["clock", "show", "--url", "localhost"], "is no address of a simulator"),
        (["clock", "show", "--url", "http://127.0.0.1:1"], "cannot reach a simulator at http://127.0.0.1:1"),
        (["clock", "show", "--world", "nope"], "There is no world 'nope'"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused(say: Say, arguments: list[str], says: str) -> None:
    assert says in say(*arguments, code=2)


# --- the journal ----------------------------------------------------------------------------------------------------


def test_requests_are_listed_with_what_they_did(world: World, say: Say) -> None:
    world.faults.apply("commit_then_504")
    sell(world)
    world.t3.get("/v2/sales/activ")

    heads, first, _, second, (hint,) = table(say("journal", "list"))
    assert heads == ["#", "AT", "METHOD", "PATH", "TOLD", "FAULT", "DID", "MS"]
    assert first[:7] == [
        "1",
        "2026-05-20T20:00:00Z",
        "POST",
        "/ca/v1/sales",
        "504",
        "after: commit_then_504",
        "record 000060071",
    ]
    assert second[3:7] == ["/v2/sales/activ", "404", "-", "-"]
    assert "closest" in hint
    assert say("journal", "unmatched").count("\n") == 3
    assert say("journal", "list", "--path", "/nowhere") == "No requests.\n"


def test_with_a_limit_the_latest_are_listed_oldest_first(
    world: World, say: Say, told: Callable[..., Any]
) -> None:
    for _ in range(60):
        world.t3.get(WHOAMI)

    def numbers(*flags: str) -> list[int]:
        return [int(row[0]) for row in table(say("journal", "list", *flags))[1:]]

    assert numbers() == list(range(11, 61))
    assert numbers("--limit", "3") == [58, 59, 60]
    assert numbers("--limit", "3", "--newest-first") == [60, 59, 58]
    assert numbers("--newest-first")[:2] == [60, 59]
    assert [each["number"] for each in told("journal", "list", "--limit", "2")["entries"]] == [59, 60]
    assert len(told("journal", "list")["entries"]) == 60


def test_every_key_of_a_question_has_a_flag() -> None:
    assert {key for _, key, _, _ in QUESTION} | {"unmatched"} | PAGING == set(Question.model_fields)


def test_requests_are_counted_waited_for_and_forgotten(
    world: World, say: Say, told: Callable[..., Any]
) -> None:
    world.t3.get(WHOAMI)
    assert say("journal", "count", "--username", "demo") == "1\n"
    assert told("journal", "count", "--unmatched") == {"count": 0}
    assert say("journal", "wait", "--operation", "v2_auth_whoami_get").count(WHOAMI) == 1
    missed = say("journal", "wait", "--status", "500", "--count", "2", "--timeout", "0", code=1)
    assert missed.startswith("0 of 2 requests came in 0 seconds.\n")
    assert "status is 200, not 500" in missed
    assert not told("journal", "wait", "--status", "500", "--timeout", "0", code=1)["met"]

    assert "v2_auth_whoami_get  200            1" in say("journal", "summary")
    assert say("journal", "clear") == "Forgot 1 request.\n"
    assert "requests  0" in say("journal", "summary")


def test_requests_leave_as_an_http_archive(
    world: World, say: Say, told: Callable[..., Any], tmp_path: Path
) -> None:
    world.t3.get(WHOAMI)
    path = tmp_path / "requests.har"

    assert json.loads(say("journal", "har"))["log"]["version"] == "1.2"
    assert say("journal", "har", "--out", str(path)) == f"Wrote 1 request to {path}.\n"
    assert len(json.loads(path.read_text())["log"]["entries"]) == 1
    assert told("journal", "har", "--status", "404", "--out", str(path)) == {
        "written": str(path),
        "entries": 0,
    }
    assert "cannot write" in say("journal", "har", "--out", str(tmp_path / "no" / "where"), code=2)


def test_what_is_printed_cannot_steer_a_terminal(world: World, say: Say) -> None:
    world.t3.get("/v2/%1B[31m%0A")

    shown = say("journal", "list")
    assert "\x1b" not in shown
    assert "\\x1b[31m\\n" in shown


# --- the oracle -----------------------------------------------------------------------------------------------------


def test_the_oracle_ends_with_1_when_something_is_not_exactly_once(
    world: World, say: Say, told: Callable[..., Any]
) -> None:
    assert say("oracle") == "No sale was asked for.\nNothing is wrong.\n"
    sell(world, "order-0")
    assert say("oracle").endswith("Everything was recorded exactly once.\n")
    with world.faults.apply("commit_then_504"):
        sell(world)
        sell(world)

    shown = say("oracle", "--intents", code=1)
    assert shown.startswith(
        "2 sales asked for: 1 once, 1 duplicated.\n1 retry; 1 answer lost after recording; "
    )
    assert "external_id order-1  XXXRETAIL01  duplicated  #2, #3  504, 200  000060072, 000060073" in shown
    assert shown.splitlines()[-1].startswith("external_id order-1 was recorded twice: receipts 000060072")
    assert not told("oracle", code=1)["exactly_once"]
    assert told("oracle", "--external-id", "order-0", "--window", "60")["exactly_once"]
    assert "No sale with external_id order-9 was sent" in say("oracle", "--external-id", "order-9", code=1)


# --- the audit and the receipts --------------------------------------------------------------------------------------


def test_the_audit_tells_that_the_ledger_balances(world: World, say: Say, told: Callable[..., Any]) -> None:
    sell(world)
    sell(world)

    shown = say("audit")
    heads, *licenses = table(shown)
    assert heads[:4] == ["LICENSE", "RECEIPTS", "STANDING", "NET"]
    assert [row[0] for row in licenses] == [each["license_number"] for each in told("audit")["licenses"]]
    assert sum(int(row[1].replace(",", "")) for row in licenses) == world.info().receipts
    assert shown.endswith(": 000060071, 000060072.\nThe ledger balances.\n")
    assert "2 receipts stand under the external_id order-1 of" in shown
    assert told("audit")["balanced"]
    few = told("audit", "--license-number", "LIC-00001", "--external-id-prefix", "order")["licenses"]
    assert [sum(each["receipts"].values()) for each in few] == [0]
    assert "Did you mean 'LIC-00001'" in say("audit", "--license-number", "LIC-0001", code=2)
    assert "must not be empty" in say("audit", "--external-id-prefix", "", code=2)


def test_what_readers_do_not_see_yet_is_told(world: World, say: Say) -> None:
    world.faults.apply("late_commit", delay=5)
    sell(world)
    assert "\n1 receipt recorded and not shown to readers yet.\n" in say("audit")


def test_the_audit_ends_with_1_when_the_ledger_does_not_balance(
    say: Say, told: Callable[..., Any], tmp_path: Path
) -> None:
    """By way of a snapshot file with more on hand than was ever received."""
    say("snapshot", "save", "whole")
    path = tmp_path / "whole.snapshot"
    say("snapshot", "export", "whole", str(path))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        if "lot" in line:
            line["lot"]["received"] = "-1"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    say("snapshot", "import", str(path), "--restore")

    shown = say("audit", code=1)

    number = sum("lot" in line for line in lines)
    assert shown.count(" received -1, but ") == min(number, 100)
    assert "\nThe ledger does not balance.\nLot " in shown
    assert not told("audit", code=1)["balanced"]


def test_receipts_are_printed_one_a_line(world: World, say: Say) -> None:
    sell(world, "run-1/1")
    sell(world, "run-2/1")

    lines = [json.loads(line) for line in say("receipts").splitlines()]
    assert len(lines) == world.info().receipts
    (row,) = map(json.loads, say("receipts", "--external-id-prefix", "run-1/").splitlines())
    assert (row["number"], row["external_id"]) == ("000060071", "run-1/1")
    shop = row["license_number"]
    since = say("receipts", "--license-number", shop, "--since-id", str(row["id"])).splitlines()
    assert [json.loads(line)["external_id"] for line in since] == ["run-2/1"]
    assert "does not exist" in say("receipts", "--license-number", "nowhere", code=2)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_who_reads_the_receipts_may_have_enough() -> None:
    command = f"{sys.executable} -m simulator receipts | head -n 1; exit ${{PIPESTATUS[0]}}"
    with serving("--recipe", "busy_dispensary", "--receipts", "3000") as busy:
        done = subprocess.run(
            ["bash", "-c", command],
            env=environment({"SIMULATOR_URL": busy.url}),
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)


# --- snapshots ------------------------------------------------------------------------------------------------------


def test_moments_are_saved_listed_restored_and_forgotten(world: World, say: Say) -> None:
    assert say("snapshot", "list") == "No snapshots.\n"
    assert say("snapshot", "save") == "Saved as s1: 2026-05-20T20:00:00Z, 337 receipts.\n"
    sell(world)
    say("snapshot", "save", "sold")
    assert "already; say --replace, or" in say("snapshot", "save", "sold", code=2)
    say("snapshot", "save", "sold", "--replace")
    assert [row[0] for row in table(say("snapshot", "list"))] == ["NAME", "s1", "sold"]
    assert say("snapshot", "restore", "s1").startswith(f"{world.name} is as at s1: ")
    assert world.info().receipts == 337
    assert say("snapshot", "forget", "s1", "sold") == "Forgotten: s1, sold.\n"


def test_moments_travel_as_files(
    world: World,
    say: Say,
    told: Callable[..., Any],
    server: Live,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    sell(world)
    say("snapshot", "save", "sold")
    written = told("snapshot", "export", "sold")
    assert (written["written"], written["bytes"]) == ("sold.snapshot", Path("sold.snapshot").stat().st_size)
    assert "--force" in say("snapshot", "export", "sold", code=2)
    assert "simulator serve --recipe again.snapshot" in say("snapshot", "export", "sold", "again.snapshot")
    assert say("snapshot", "export", "sold", "-") == Path("sold.snapshot").read_text()
    assert "cannot write" in say("snapshot", "export", "sold", "no/where", code=2)

    say("world", "create", "elsewhere")
    there = f"{server.url}/worlds/elsewhere"
    assert ask(there, "snapshot", "import", "sold.snapshot").startswith("Kept as sold: ")
    assert ask(there, "snapshot", "import", "sold.snapshot", "x", "--restore").startswith(
        "elsewhere is as at x: "
    )
    assert json.loads(ask(there, "world", "show", "--json"))["receipts"] == 338
    say("world", "drop", "elsewhere")


# --- people, receipts, saving ---------------------------------------------------------------------------------------


def test_people_are_listed_and_issued(say: Say, told: Callable[..., Any]) -> None:
    options = ["--license", "LIC-00001", "--name", "Nora", "--password", "moon", "--tier", "none"]
    shown = say("account", "issue", "night", *options, "--hostname", "ca.metrc.com")
    assert "night" in shown
    assert "KMP-JSON token=" in shown
    issued = told("account", "issue", "day", *options)
    assert (issued["licenses"], issued["tier"]) == (["LIC-00001"], None)
    assert [row[0] for row in table(say("account", "list"))][-2:] == ["night", "day"]


def test_a_sale_is_printed_that_the_world_records(world: World, say: Say, told: Callable[..., Any]) -> None:
    body = json.loads(
        say("sale", "XXXRETAIL01", "--quantity", "2", "--price", "3.00", "--external-id", "order-7")
    )
    assert body["sales"][0]["totals"]["total"] == "6.00"
    assert world.trace.post("/ca/v1/sales", json=body).is_success
    assert told("sale")["path"] == "/ca/v1/sales"


def test_receipts_are_finalized(say: Say, told: Callable[..., Any]) -> None:
    assert say("finalize", "LIC-00001", "123") == "Finalized 1 receipt: 123.\n"
    assert say("finalize", "LIC-00001").startswith("Finalized 234 receipts: ")
    assert told("finalize", "LIC-00001") == {"finalized": []}
    assert say("finalize", "LIC-00001") == "Finalized 0 receipts.\n"


def test_the_main_world_is_saved_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "kept.snapshot"
    with serving("--state-file", str(path)) as keeping:
        assert ask(keeping.url, "save") == f"Saved 337 receipts to {path}, where the server is.\n"
        assert path.exists()


# --- all of them ----------------------------------------------------------------------------------------------------


def test_choices_are_those_of_the_server() -> None:
    def option(*path: str) -> Any:
        command: Any = cli
        for name in path[:-1]:
            command = command.commands[name]
        return next(each for each in command.params if each.name == path[-1])

    assert tuple(Part) == PARTS
    tiers = NewAccount.model_json_schema()["properties"]["tier"]["anyOf"][0]["enum"]
    assert list(option("account", "issue", "tier").type.choices) == [*tiers, "none"]
    wanted = set(NewWorld.model_fields) - {"fork_of"}
    assert wanted <= {each.name for each in cli.commands["world"].commands["create"].params}  # type: ignore[attr-defined] # it is a group


def test_every_verb_takes_the_same_four_flags_and_says_what_it_does() -> None:
    verbs: list[Any] = []
    for each in OF_A_SERVER:
        verbs += getattr(each, "commands", {"": each}).values()
    for verb in verbs:
        flags = {flag for each in verb.params for flag in each.opts}
        assert {"--url", "--world", "--token", "--json"} <= flags, verb.name
        assert verb.help, verb.name


def test_a_process_refuses_in_one_line_and_with_code_2(world: World) -> None:
    ended = run("fault", "add", "--status", "9", variables={"SIMULATOR_URL": world.url})

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "simulator: effect.status must be at least 400, not 9\n"


def test_an_unknown_variable_is_told_and_no_more(world: World) -> None:
    variables = {"SIMULATOR_WORD": "mine", "SIMULATOR_PORT": "1"}
    ended = run("clock", "show", variables={"SIMULATOR_URL": world.url, **variables})

    assert (ended.returncode, ended.stdout) == (0, "2026-05-20T20:00:00Z, frozen\n")
    assert ended.stderr.splitlines() == [
        "simulator: SIMULATOR_WORD means nothing here. Did you mean 'SIMULATOR_WORLD'?",
    ]


@pytest.mark.parametrize(
    ("make", "end", "wrong", "says"),
    [
        ("world create", "world drop", "nope", "There is no world 'nope'"),
        ("world create", "world drop", "main", "cannot be dropped"),
        ("snapshot save", "snapshot forget", "nope", "There is no snapshot 'nope'"),
        ("fault add --status 504 --name", "fault remove", "nope", "there is no fault 'nope'"),
    ],
)
def test_of_several_names_none_is_done_when_one_is_wrong(
    say: Say, make: str, end: str, wrong: str, says: str
) -> None:
    say(*make.split(), "one")
    say(*make.split(), "two")
    for names in (["one", "two", wrong], [wrong, "one"]):
        assert says in say(*end.split(), *names, code=2)
    assert say(*end.split(), "one", "two", "one").endswith(": one, two.\n")


@pytest.mark.parametrize(
    ("make", "end", "lines"),
    [
        ("world create", "world drop", ['{"dropped": "one"}', '{"dropped": "two"}']),
        ("snapshot save", "snapshot forget", ['{"forgotten": "one"}', '{"forgotten": "two"}']),
        ("fault add --status 504 --name", "fault remove", ['{"removed": ["one"]}', '{"removed": ["two"]}']),
    ],
)
def test_of_several_names_programs_have_each_answer_in_a_line(
    say: Say, make: str, end: str, lines: list[str]
) -> None:
    for name in ("one", "two"):
        say(*make.split(), name)
    assert say(*end.split(), "one", "two", "--json").splitlines() == lines


def test_env_asks_the_server_that_the_address_is_of(world: World, server: Live, say: Say) -> None:
    told = say("world", "env")
    assert f"export SIMULATOR_URL={world.url}\n" in told
    assert say("env") == told
    assert ask("http://127.0.0.1:1", "env", "--url", world.url) == told
    assert ask(server.url, "env", SIMULATOR_WORLD=world.name) == told
    assert "export SIMULATOR_URL=http://127.0.0.1:2222\n" in say("env", "--port", "2222")
    assert "export SIMULATOR_URL=http://127.0.0.1:8420\n" in ask("", "env")
    assert "cannot reach a simulator" in ask("http://127.0.0.1:1", "env", code=2)
    assert "give the one or the others" in say("env", "--url", world.url, "--port", "2222", code=2)


def test_env_gives_the_control_token() -> None:
    with serving("--control-token", "sesame") as guarded:
        for given in ({}, {"SIMULATOR_CONTROL_TOKEN": "sesame"}):
            flags = [] if given else ["--control-token", "sesame"]
            assert f"SIMULATOR_URL={guarded.url}\n" in ask(guarded.url, "env", *flags, **given)
        assert "Send X-Simulator-Token" in ask(guarded.url, "env", code=2)


def test_a_file_that_is_no_snapshot_is_named(say: Say, tmp_path: Path) -> None:
    bad = tmp_path / "bad.snapshot"
    bad.write_text("hello")
    assert say("snapshot", "import", str(bad), "lunch", code=2).startswith(f"simulator: {bad}: ")


def test_the_help_is_quick_as_it_imports_nothing_heavy() -> None:
    heavy = ("httpx", "starlette", "uvicorn", "faker", "simulator.client", "simulator.ledger")
    code = f"import sys; import simulator.cli; print([each for each in {heavy} if each in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout == "[]\n"
