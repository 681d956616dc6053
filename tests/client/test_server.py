"""A server by its address: what it tells, the worlds it makes, and what cannot be reached."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from support.live import Live, environment, serving

import simulator
from simulator.client import MAIN, Plan, Simulator, SimulatorError, World
from simulator.client.server import located

NOW = datetime(2026, 5, 20, 20, 0, tzinfo=UTC)


class Counting(httpx.BaseTransport):
    """Every request that goes out."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._real = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        return self._real.handle_request(request)

    def close(self) -> None:
        self._real.close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


# --- what it tells --------------------------------------------------------------------------------------------------


def test_health_tells_what_is_served(remote: Simulator) -> None:
    told = remote.health()

    assert (told.status, told.version, told.world) == ("ok", simulator.__version__, MAIN)
    assert (told.recipe, told.seed, told.now, told.clock) == ("corner_shop", 0, NOW, "frozen")


def test_all_worlds_are_listed_the_main_one_first(remote: Simulator, world: World) -> None:
    listed = remote.worlds()

    assert listed[0].name == MAIN
    assert listed[0].url == remote.url == remote.main.url
    (ours,) = [each for each in listed if each.name == world.name]
    assert (ours.url, ours.receipts, ours.own_credentials) == (world.url, 337, False)


# --- making worlds --------------------------------------------------------------------------------------------------


def test_a_world_is_made_as_it_is_asked_for(remote: Simulator) -> None:
    wanted = {"recipe": "month_end", "seed": 7, "receipts": 40, "days": 3, "shops": 4, "journal_bytes": 5000}
    with remote.create_world("ours", now=datetime(2026, 3, 1, tzinfo=UTC), **wanted) as world:  # type: ignore[arg-type] # of several types
        told = world.info()

    assert (told.name, told.recipe, told.seed, told.journal["limit"]) == ("ours", "month_end", 7, 5000)
    assert (told.now, told.clock) == (datetime(2026, 3, 1, tzinfo=UTC), "frozen")
    assert told.plan == Plan("month_end", 7, datetime(2026, 3, 1, tzinfo=UTC), True, 40, 3, 4)
    assert len(told.licenses) == 4


def test_the_server_names_a_world_that_is_not_named(remote: Simulator) -> None:
    with remote.create_world() as one, remote.create_world() as other:
        assert one.name != other.name


def test_to_make_a_world_and_to_drop_it_is_one_request_each(server: Live) -> None:
    transport = Counting()
    with Simulator(server.url, transport=transport) as remote:
        world = remote.create_world("counted")
        assert world.t3.base_url.path == "/worlds/counted/"
        assert world.trace.headers["x-api-key"] == world.environment["TRACE_API_KEY"]
        assert world.licenses
        world.drop()

    assert transport.asked == ["POST /_simulator/worlds", "DELETE /_simulator/worlds/counted"]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"name": "a b"}, "not 'a b'"),
        ({"name": MAIN}, "There is a world 'main' already"),
        ({"recipe": "corner_shp"}, "Did you mean 'corner_shop'?"),
        ({"fork_of": "nobody"}, "There is no world 'nobody'"),
        ({"receipts": -1}, "receipts must be at least 0"),
        ({"now": "yesterday"}, "must be an ISO 8601 date-time"),
    ],
)
def test_a_world_that_cannot_be_is_refused_in_the_servers_words(
    remote: Simulator, wanted: dict[str, object], says: str
) -> None:
    with pytest.raises(SimulatorError) as refused:
        remote.create_world(**wanted)  # type: ignore[arg-type] # wrong on purpose

    assert says in str(refused.value)
    assert refused.value.status in (400, 404)


def test_a_world_is_found_by_its_name(remote: Simulator, world: World) -> None:
    found = remote.world(world.name)

    assert (found.name, found.url) == (world.name, world.url)
    with pytest.raises(SimulatorError, match="There is no world 'nobody'") as refused:
        remote.world("nobody")
    assert refused.value.status == 404


def test_a_world_is_found_by_its_address(world: World) -> None:
    with Simulator(world.url) as remote:
        assert remote.world().name == world.name
        assert remote.url == world.simulator.url
        assert remote.main.name == MAIN


# --- saving ---------------------------------------------------------------------------------------------------------


def test_the_main_world_is_saved_where_the_server_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "kept.snapshot"
    with serving("--state-file", str(path)) as server, Simulator(server.url) as remote:
        saved = remote.save()
        assert (saved.path, saved.receipts) == (str(path), 337)
        assert path.stat().st_size > 0


def test_without_a_state_file_saving_is_refused(remote: Simulator) -> None:
    with pytest.raises(SimulatorError, match="--state-file"):
        remote.save()


# --- the token ------------------------------------------------------------------------------------------------------


def test_a_token_is_sent_with_control_calls_and_with_no_others() -> None:
    with serving("--control-token", "sesame") as server:
        with Simulator(server.url) as stranger:
            assert stranger.health().status == "ok"
            with pytest.raises(SimulatorError, match="X-Simulator-Token") as refused:
                stranger.create_world()
            assert refused.value.status == 401
        with Simulator(server.url, token="sesame") as friend, friend.create_world() as world:
            assert world.clock.now
            assert "X-Simulator-Token" not in world.t3.headers


# --- what cannot be reached -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "server", "world"),
    [
        ("http://127.0.0.1:8420", "http://127.0.0.1:8420", MAIN),
        ("http://127.0.0.1:8420/", "http://127.0.0.1:8420", MAIN),
        ("http://127.0.0.1:8420/worlds/mine", "http://127.0.0.1:8420", "mine"),
        ("https://sim.example/prefix/worlds/mine/", "https://sim.example/prefix", "mine"),
        ("http://[::1]:8420/worlds/main", "http://[::1]:8420", MAIN),
    ],
)
def test_an_address_is_that_of_a_server_or_of_a_world(url: str, server: str, world: str) -> None:
    assert located(url) == (server, world)


@pytest.mark.parametrize(
    "url", ["", "localhost:8420", "ftp://host", "http://", "/worlds/mine", "http://host/worlds/a/v2"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SimulatorError, match="address"):
        Simulator(url)


def test_a_server_that_does_not_run_is_told_with_how_to_start_one() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with Simulator(url) as remote, pytest.raises(SimulatorError) as refused:
        remote.health()

    assert f"cannot reach a simulator at {url}" in str(refused.value)
    assert "simulator serve" in str(refused.value)
    assert refused.value.status is None


def test_a_server_that_does_not_answer_in_time_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            Simulator(url, timeout=0.05) as remote,
            pytest.raises(SimulatorError, match="did not answer GET"),
        ):
            remote.health()


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """Something that is no simulator."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "body"), [(404, b"<h1>Not here</h1>"), (200, b"hello"), (500, b"[1]")])
def test_what_is_no_simulator_is_told(status: int, body: bytes) -> None:
    with answering(status, body) as url, Simulator(url) as remote, pytest.raises(SimulatorError) as refused:
        remote.health()

    assert f"answered {status}, and not as a simulator does" in str(refused.value)


def test_a_proxy_in_the_environment_does_not_stand_in_the_way(
    server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)

    with Simulator(server.url) as remote, remote.create_world() as world:
        assert world.t3.get("/v2/auth/whoami").status_code == 200


def test_another_machine_is_reached_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with answering(407, b"proxy") as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        with Simulator("http://simulator.invalid") as remote, pytest.raises(SimulatorError, match="407"):
            remote.health()


def test_the_client_needs_nothing_of_the_server() -> None:
    heavy = ("starlette", "uvicorn", "faker", "pydantic", "msgspec", "click.testing")
    asked = (
        f"import sys, simulator.client; print([each for each in {heavy} if each in sys.modules], "
        "sorted(name for name in sys.modules if name.startswith('simulator.') and not name.startswith('simulator.client')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout == "[] ['simulator.wording']\n"
