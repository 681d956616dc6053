"""`simulator headroom`: what it tells people and programs of a server, and when it says that the server was busy."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.live import Live

from simulator.cli import cli
from simulator.cli.headroom import ASK_EVERY
from simulator.client import Headroom, LoopLag, Simulator

BEFORE = Headroom(100.0, 10.0, 2.0, 2, 2**26, 500, 0.25, LoopLag(50, 0.5, {1.0: 7, 1000.0: 0}))
BUSY = replace(
    BEFORE,
    at=101.0,
    cpu_seconds=10.75,
    waited_seconds=2.25,
    requests=5500,
    answering_seconds=0.75,
    loop_lag=LoopLag(150, 0.7, {1.0: 12, 1000.0: 1}),
)


def say(*arguments: str, url: str = "http://127.0.0.1:9", code: int = 0) -> Result:
    result = CliRunner().invoke(cli, ["headroom", "--url", url, *arguments])
    assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
    return result


@pytest.fixture
def tells(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have the server tell one after the other, and nobody sleep."""
    slept: list[float] = []

    def told(*answers: Headroom) -> list[float]:
        left = list(answers)
        monkeypatch.setattr(Simulator, "headroom", lambda _self: left.pop(0))
        monkeypatch.setattr(time, "sleep", slept.append)
        return slept

    return told


def test_people_are_told_in_a_few_lines(live: Live) -> None:
    lines = say("--seconds", "0.1", url=live.url).stdout.splitlines()

    names = [line[:12].strip() for line in lines[:6]]
    assert names == ["processor", "waiting", "requests", "a request", "event loop", "memory"]
    assert "ms late on average" in lines[4]
    assert "of a core" in lines[-1] or "no core" in lines[-1]


def test_programs_are_told_the_difference_as_json(live: Live) -> None:
    stdout = say("--seconds", "0.1", "--json", url=f"{live.url}/worlds/main").stdout

    assert stdout.count("\n") == 1
    told = json.loads(stdout)
    assert list(told) == [
        "seconds",
        "cpu",
        "waiting",
        "requests",
        "requests_a_second",
        "own_time_us",
        "cpu_us",
        "lag_mean_ms",
        "lag_p99_ms",
        "lag_max_ms",
    ]
    assert told["seconds"] >= 0.1
    assert told["lag_mean_ms"] is not None


def test_a_busy_server_is_told_in_words(tells: Any) -> None:
    assert tells(BEFORE, BUSY) == []
    assert say().stdout.splitlines() == [
        "processor   75% of a core; it may use 2 cores, and answers on one",
        "waiting     25% of the time ready and without a core",
        "requests    5,000 in 1 s, 5,000 a second",
        "a request   100 us to make its answer, 150 us of processor in all",
        "event loop  2.0 ms late on average, p99 up to 1000 ms, maximum over 1000 ms",
        "memory      64 MiB",
        "",
        "It used more than 70% of a core. It answers on one, so requests had to wait for each other: what was slow may be the simulator's doing.",
        "It was ready and had no core for more than 10% of the time: others on its machine were in its way.",
    ]


def test_a_server_with_room_is_told_so(tells: Any) -> None:
    tells(BEFORE, replace(BUSY, cpu_seconds=10.7, waited_seconds=None, memory_bytes=None, requests=500))
    told = say().stdout

    assert told.endswith("\n\nIt used no more than 70% of a core: it had room for more.\n")
    assert "waiting     -\n" in told
    assert "a request   -\n" in told
    assert "memory      -\n" in told


def test_a_lag_beyond_all_is_a_text_in_json(tells: Any) -> None:
    tells(BEFORE, BUSY)
    told = json.loads(say("--json").stdout)
    assert (told["lag_p99_ms"], told["lag_max_ms"]) == (1000, "Infinity")


def test_a_long_watch_asks_in_between_so_that_the_loop_is_looked_at(tells: Any) -> None:
    slept = tells(*[replace(BEFORE, at=BEFORE.at + 10 * number) for number in range(4)])
    told = json.loads(say("--seconds", "25", "--json").stdout)

    assert slept == [ASK_EVERY, ASK_EVERY, 5.0]
    assert told["seconds"] == 30


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "3601", "soon"])
def test_a_time_that_cannot_be_watched_is_refused(seconds: str) -> None:
    assert "'--seconds'" in say("--seconds", seconds, code=2).stderr


def test_a_server_that_was_started_anew_in_between_is_told(tells: Any) -> None:
    tells(BEFORE, replace(BEFORE, at=101.0, requests=0))
    assert "started anew" in say(code=2).stderr
