"""`simulator serve --state-file`: what a server holds outlives it, and a file it cannot use stays as it is."""

import json
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.builders import SHOP, TILL, a_world
from support.live import Running, run, running

from simulator.snapshots.file import restore, save

NOW = "2026-05-20T20:00:00Z"
JSON = dict[str, Any]


class Serving:
    """A server, asked through its control plane."""

    def __init__(self, server: Running, said: JSON) -> None:
        self.server = server
        self.url = said["url"]
        self.said = said

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        url = self.url + path
        return httpx.request(method, url, json=body, headers=headers, trust_env=False, timeout=10)

    def told(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.ask(method, path, body, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sell(self, world: str = "") -> None:
        sale = self.told("GET", f"{world}/_simulator/examples/sale?license_number={SHOP}")
        demo = self.told("GET", f"{world}/_simulator/accounts")["accounts"][0]
        keys = {"x-api-key": demo["trace_api_key"], "Authorization": demo["trace_authorization"]}
        self.told("POST", f"{world}{sale['path']}", sale["body"], **keys)

    def health(self) -> JSON:
        told: JSON = self.told("GET", "/_simulator/health")
        return told

    def receipts(self) -> int:
        count: int = self.told("GET", "/_simulator/world")["receipts"]
        return count

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        assert self.server.stop(number) == 0, self.server.stderr
        assert self.server.stderr == ""


@contextmanager
def serving(*flags: str, variables: Mapping[str, str] | None = None) -> Iterator[Serving]:
    with running("serve", "--port", "0", "--json", *flags, variables=variables) as server:
        yield Serving(server, json.loads(server.wait_for_line()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "world.snapshot"


@pytest.fixture
def flags(path: Path) -> tuple[str, ...]:
    path.parent.mkdir()
    return ("--state-file", str(path), "--recipe", str(TILL))


def refused(*flags: str) -> str:
    """The one line with which a server ends that cannot begin."""
    ended = run("serve", "--port", "0", "--json", *flags)
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    return line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_a_server_holds_is_there_after_the_next_start(
    path: Path, flags: tuple[str, ...], number: signal.Signals
) -> None:
    with serving(*flags, "--now", NOW) as server:
        assert not path.exists()
        server.sell()
        server.told("POST", "/_simulator/clock/advance", {"days": 3})
        server.told("POST", "/_simulator/accounts", {"username": "clerk"})
        server.stop(number)
    assert list(path.parent.iterdir()) == [path]

    with serving(*flags) as server:
        assert server.receipts() == 1
        assert server.health() == {**server.health(), "now": "2026-05-23T20:00:00Z", "clock": "frozen"}
        accounts = server.told("GET", "/_simulator/accounts")["accounts"]
        assert [each["username"] for each in accounts] == ["till", "other", "clerk"]
        server.sell()
        server.stop(number)

    assert len(restore(path).ledger.books[SHOP].receipts) == 2


def test_the_first_start_grows_the_recipe_and_saves_it_at_the_end(path: Path, flags: tuple[str, ...]) -> None:
    with serving(*flags, "--seed", "7", "--now", NOW) as server:
        assert (server.said["recipe"], server.said["seed"]) == ("till", 7)
        server.stop()

    kept = restore(path)
    assert (kept.recipe, kept.seed) == ("till", 7)


def test_a_clock_that_followed_real_time_does_so_again(flags: tuple[str, ...]) -> None:
    with serving(*flags) as server:
        server.sell()
        server.stop()
    with serving(*flags) as server:
        assert server.health()["clock"] == "running"
        assert server.receipts() == 1


def test_a_moment_that_is_asked_for_is_stronger_than_the_kept_one(flags: tuple[str, ...]) -> None:
    with serving(*flags, "--now", NOW) as server:
        server.sell()
        server.stop()
    with serving(*flags, "--now", "2027-01-01T00:00:00Z") as server:
        assert server.health()["now"] == "2027-01-01T00:00:00Z"
        assert server.receipts() == 1


def test_a_reset_after_a_restart_leads_back_to_what_was_kept(flags: tuple[str, ...]) -> None:
    with serving(*flags, "--now", NOW) as server:
        server.sell()
        server.stop()
    with serving(*flags) as server:
        server.sell()
        server.told("POST", "/_simulator/reset", {})
        assert server.receipts() == 1


def test_the_world_is_saved_on_demand(path: Path, flags: tuple[str, ...]) -> None:
    with serving(*flags, "--now", NOW) as server:
        server.sell()
        assert server.told("POST", "/_simulator/save") == {"saved": str(path), "receipts": 1}
        assert len(restore(path).ledger.books[SHOP].receipts) == 1
        server.sell()
        server.told("POST", "/worlds/main/_simulator/save")
        assert len(restore(path).ledger.books[SHOP].receipts) == 2
        # What comes after a save and before a sudden end is lost; what was saved is there.
        server.sell()
        server.server.process.kill()
        server.server.process.wait(10)
    with serving(*flags) as server:
        assert server.receipts() == 2


def test_only_the_main_world_is_kept(path: Path, flags: tuple[str, ...]) -> None:
    with serving(*flags, "--now", NOW) as server:
        server.told("POST", "/_simulator/worlds", {"name": "other"})
        server.sell("/worlds/other")
        assert server.told("POST", "/worlds/other/_simulator/save") == {"saved": str(path), "receipts": 0}
        server.stop()
    with serving(*flags) as server:
        assert [each["name"] for each in server.told("GET", "/_simulator/worlds")["worlds"]] == ["main"]
        assert server.receipts() == 0


def test_other_worlds_begin_as_the_kept_one_does(flags: tuple[str, ...]) -> None:
    with serving(*flags, "--now", NOW) as server:
        server.sell()
        server.stop()
    with serving(*flags) as server:
        assert server.told("POST", "/_simulator/worlds", {})["receipts"] == 1
        assert server.told("POST", "/_simulator/worlds", {"seed": 3})["receipts"] == 0


def test_the_state_file_may_be_set_by_its_variable(path: Path) -> None:
    path.parent.mkdir()
    with serving("--recipe", str(TILL), variables={"SIMULATOR_STATE_FILE": str(path)}) as server:
        server.stop()

    assert path.exists()


def test_a_state_file_may_have_any_name_and_be_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with serving("--recipe", str(TILL), "--state-file", "my state") as server:
        server.stop()

    assert [each.name for each in tmp_path.iterdir()] == ["my state"]


def test_a_server_without_a_state_file_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with serving("--recipe", str(TILL)) as server:
        answer = server.ask("POST", "/_simulator/save")
        assert (answer.status_code, "--state-file" in answer.text) == (400, True)
        server.stop()

    assert list(tmp_path.iterdir()) == []


def test_with_a_control_token_saving_asks_for_it(path: Path, flags: tuple[str, ...]) -> None:
    with serving(*flags, "--control-token", "sesame") as server:
        assert server.ask("POST", "/_simulator/save").status_code == 401
        assert not path.exists()
        token = {"X-Simulator-Token": "sesame"}
        assert server.told("POST", "/_simulator/save", **token)["saved"] == str(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "world.snapshot is not a snapshot"),
        (b"half of it", "world.snapshot is not a snapshot"),
        (b"\x00" * 100, "world.snapshot is not a snapshot"),
        (b'{"snapshot":{"version":9}}\n', "world.snapshot"),
    ],
    ids=str,
)
def test_a_bad_file_refuses_to_start_and_is_untouched(
    path: Path, flags: tuple[str, ...], content: bytes, reason: str
) -> None:
    path.write_bytes(content)

    assert reason in refused(*flags)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_half_a_file_refuses_to_start_and_is_untouched(path: Path, flags: tuple[str, ...]) -> None:
    save(a_world(), path)
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:-1].rpartition(b"\n")[0] + b"\n"):
        path.write_bytes(content)
        assert "world.snapshot" in refused(*flags)
        assert path.read_bytes() == content


def test_a_place_where_nothing_can_be_kept_refuses_to_start(path: Path, flags: tuple[str, ...]) -> None:
    shutil.rmtree(path.parent)
    assert "cannot be kept: there is no folder" in refused(*flags)
    path.mkdir(parents=True)
    assert "Is a directory" in refused(*flags)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_refuses_to_start(path: Path, flags: tuple[str, ...]) -> None:
    path.parent.chmod(0o500)
    try:
        assert "is read-only" in refused(*flags)
    finally:
        path.parent.chmod(0o700)


def test_a_world_that_cannot_be_saved_at_the_end_is_told(path: Path, flags: tuple[str, ...]) -> None:
    with serving(*flags) as server:
        shutil.rmtree(path.parent)
        answer = server.ask("POST", "/_simulator/save")
        assert answer.status_code == 400
        assert "cannot be written" in answer.json()["error"]["message"]
        assert server.health()["status"] == "ok"
        assert server.server.stop() == 2
        (line,) = server.server.stderr.splitlines()

    assert "cannot be written: No such file or directory" in line
