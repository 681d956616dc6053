"""The command line as people and programs meet it: processes, streams, exit codes, signals."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.live import COMMAND, Live, Running, environment, run, running

from simulator import __version__

CORNER_SHOP = "corner_shop"
STOP_WITHIN_SECONDS = 3
TESTS = Path(__file__).parents[1]
TILL = TESTS / "support" / "till.toml"
CORNER_SHOP_FILE = TESTS.parent / "fixtures" / "corner_shop.toml"
NEEDS_BASH = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
NEEDS_CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

Variables = Mapping[str, str]


@pytest.fixture(scope="module")
def banner() -> Iterator[tuple[Running, str]]:
    """A server that announced itself to people."""
    with running("serve", "--port", "0") as server:
        yield server, server.wait_for_banner()


@contextmanager
def ready(*flags: str, variables: Variables | None = None) -> Iterator[dict[str, Any]]:
    """What the JSON line of a server says, while it serves."""
    with running("serve", *flags, variables=variables) as server:
        yield json.loads(server.wait_for_line())


def health(url: str) -> dict[str, Any]:
    answer = httpx.get(f"{url}/_simulator/health", trust_env=False, timeout=10)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def refused(*arguments: str, variables: Variables | None = None) -> str:
    """The one line with which a command ends that the caller can mend."""
    ended = run(*arguments, variables=variables)
    assert ended.returncode == 2, ended
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.splitlines()
    assert len(lines) == 1, ended.stderr
    return lines[0]


# --- settings -------------------------------------------------------------------------------------------------------


def test_every_setting_is_a_flag_and_a_variable_of_the_same_meaning(tmp_path: Path) -> None:
    port, recipe = str(free_port()), tmp_path / "mine.toml"
    shutil.copy(CORNER_SHOP_FILE, recipe)
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "recipe": str(recipe),
        "seed": "11",
        "now": "2026-05-20T13:00:00-07:00",
    }
    flags = [part for name, value in settings.items() for part in (f"--{name}", value)]
    variables = {f"SIMULATOR_{name.upper()}": value for name, value in settings.items()}
    heard = []

    for arguments, given in (([*flags, "--json"], {}), ([], {**variables, "SIMULATOR_JSON": "true"})):
        with running("serve", *arguments, variables=given) as server:
            live = Live.told(server.wait_for_line())
            told = health(live.url)
            with live.http({"X-T3-API-Key": live.secret_key}) as http:
                receipts = http.get("/v2/sales/active?licenseNumber=LIC-00001&pageSize=500").content
        assert live.url == f"http://127.0.0.1:{port}"
        assert (told["seed"], told["clock"], told["now"]) == (11, "frozen", "2026-05-20T20:00:00Z")
        heard.append(receipts)

    assert heard[0] == heard[1], "same recipe, seed and moment, same world"


def test_a_flag_beats_its_variable() -> None:
    variables = {
        "SIMULATOR_HOST": "203.0.113.1",
        "SIMULATOR_PORT": "70000",
        "SIMULATOR_RECIPE": "no_such_recipe",
        "SIMULATOR_SEED": "12",
        "SIMULATOR_NOW": "2001-01-01",
        "SIMULATOR_JSON": "false",
    }
    flags = "--host 127.0.0.1 --port 0 --recipe corner_shop --seed 13 --now 2026-05-20T20:00:00Z --json"

    with ready(*shlex.split(flags), variables=variables) as said:
        told = health(said["url"])

    assert said["url"].startswith("http://127.0.0.1:")
    assert (told["recipe"], told["seed"], told["now"]) == (CORNER_SHOP, 13, "2026-05-20T20:00:00Z")


def test_without_settings_the_clock_runs(live: Live) -> None:
    told = health(live.url)

    assert (told["recipe"], told["seed"], told["clock"]) == (CORNER_SHOP, 0, "running")


def test_empty_variables_and_those_of_clients_set_nothing() -> None:
    names = [line.partition(" ")[2].partition("=")[0] for line in run("env").stdout.splitlines()]
    of_clients = {name: "http://127.0.0.1:1" for name in names if name.startswith("SIMULATOR_")}
    assert of_clients, "what `simulator env` exports must not keep a server from starting"
    empty = {f"SIMULATOR_{name}": "" for name in ("HOST", "RECIPE", "SEED", "NOW")}

    with ready("--port", "0", "--json", variables={**empty, **of_clients}) as said:
        assert (said["recipe"], said["seed"]) == (CORNER_SHOP, 0)
        assert health(said["url"])["clock"] == "running"


def test_port_zero_takes_a_free_port_each_time(live: Live, banner: tuple[Running, str]) -> None:
    other = banner[1].splitlines()[1].strip()

    assert other != live.url
    assert not other.endswith((":0", ":8420"))
    assert health(other)["status"] == health(live.url)["status"] == "ok"


# --- announcements --------------------------------------------------------------------------------------------------


def test_the_json_line_tells_credentials_that_work(live: Live) -> None:
    with live.http() as http:
        for path, body in (
            ("credentials", dict(live.login)),
            ("apikey", {"apiKey": live.api_key, "stateCode": "CA"}),
        ):
            assert http.post(f"/v2/auth/{path}", json=body).json().keys() == {"accessToken"}
        by_key = http.get("/v2/auth/whoami", headers={"X-T3-API-Key": live.secret_key})
        by_trace = http.get(
            "/ca/v1/sales", params={"license_number": "XXXRETAIL01"}, headers=dict(live.trace_headers)
        )

    assert (by_key.status_code, by_trace.status_code) == (200, 200)
    assert {"LIC-00001", "XXXRETAIL01"} <= set(live.licenses)


def test_the_banner_tells_where_it_is_what_is_in_it_and_who_may_ask(banner: tuple[Running, str]) -> None:
    _, text = banner

    lines = text.splitlines()
    assert lines[0] == f"track-trace-simulator {__version__}: recipe corner_shop, seed 0"
    url = lines[1].strip()
    assert url.startswith("http://127.0.0.1:")
    assert health(url)["status"] == "ok"
    for needed in (
        "LIC-00001",
        "XXXRETAIL01",
        "hostname ca.metrc.com, username demo, password demo",
        "2616ec56-fa2a-4c5b-86c0-acacf23c9ef7",
        "x-api-key: b123x21wbHlkYXBpa2V5",
        "Authorization: KMP-JSON token=",
    ):
        assert needed in text


@NEEDS_BASH
@NEEDS_CURL
def test_the_two_curl_lines_of_the_banner_work_as_printed(
    banner: tuple[Running, str], tmp_path: Path
) -> None:
    _, text = banner
    # The status is asked for in curl's own configuration, so that the lines run as they stand.
    (tmp_path / ".curlrc").write_text(
        'silent\nmax-time = 10\nwrite-out = "\\n%{http_code} %{content_type}"\n'
    )
    curls = [line for line in text.splitlines() if line.startswith("curl ")]
    assert len(curls) == 2

    bodies = []
    for line in curls:
        ended = subprocess.run(
            ["bash", "-c", line],
            env=environment({"CURL_HOME": str(tmp_path)}),
            capture_output=True,
            text=True,
            check=True,
            timeout=15,
        )
        body, _, status = ended.stdout.rpartition("\n")
        assert status == "200 application/json"
        bodies.append(json.loads(body))

    t3, trace = bodies
    assert (t3["total"], len(t3["data"])) == (235, 2)
    assert trace["results"]["type"] == "array"
    assert len(trace["results"]["data"]) == 2


# --- the end --------------------------------------------------------------------------------------------------------


def stopped(server: Running, number: signal.Signals) -> int:
    """The exit code, if it came in time."""
    asked = time.monotonic()
    code = server.stop(number)
    assert time.monotonic() - asked < STOP_WITHIN_SECONDS
    return code


def knock(url: str, http: httpx.Client) -> None:
    """Requests that go well and requests that do not, over one connection."""
    assert health(url)["status"] == "ok"
    assert http.get("/v2/sales/active").status_code == 401
    assert http.get("/nowhere").status_code == 404


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_with_json_a_signal_ends_it_well_and_stdout_was_one_line(number: signal.Signals) -> None:
    with running("serve", "--port", "0", "--json") as server:
        line = server.wait_for_line()
        live = Live.told(line)
        with live.http() as http:
            knock(live.url, http)

            assert stopped(server, number) == 0
        assert (server.stdout, server.stderr) == (line, "")
        assert line.count("\n") == 1

    said = json.loads(line)
    assert (said["pid"], said["version"]) == (server.process.pid, __version__)
    with pytest.raises(httpx.ConnectError):
        health(live.url)


def test_without_json_a_signal_ends_it_well_and_stdout_was_the_banner() -> None:
    with running("serve", "--port", "0") as server:
        text = server.wait_for_banner()
        url = text.splitlines()[1].strip()
        with httpx.Client(base_url=url, trust_env=False) as http:
            knock(url, http)

            assert stopped(server, signal.SIGINT) == 0
        assert (server.stdout, server.stderr) == (text, "")


def test_its_port_is_free_again_at_once() -> None:
    port = str(free_port())
    for _ in range(2):
        with running("serve", "--port", port, "--json") as server:
            live = Live.told(server.wait_for_line())
            with live.http() as http:
                knock(live.url, http)
                assert stopped(server, signal.SIGTERM) == 0


def test_a_request_that_never_ends_does_not_keep_it_and_makes_no_noise() -> None:
    with running("serve", "--port", "0", "--json") as server:
        live = Live.told(server.wait_for_line())
        host, _, port = live.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as slow:
            head = "POST /v2/auth/credentials HTTP/1.1\r\nHost: simulator\r\nContent-Length: 99\r\n\r\n{"
            slow.sendall(head.encode())
            assert health(live.url)["status"] == "ok"

            assert stopped(server, signal.SIGTERM) == 0
        assert "Traceback" not in server.stderr


# --- refusals: one of each kind; test_refusals.py has the others ---------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--port abc", ["--port", "'abc'"]),
        ("--seed many", ["--seed", "'many'"]),
        ("--now yesterday", ["--now", "'yesterday'"]),
        ("--recipe corner_shp", ["'corner_shp'", "Did you mean 'corner_shop'?"]),
        ("--host 203.0.113.1 --port 0", ["cannot listen on 203.0.113.1"]),
    ],
)
def test_an_option_that_does_not_stand_up_is_refused_in_one_line(arguments: str, says: list[str]) -> None:
    line = refused("serve", *shlex.split(arguments))

    assert all(part in line for part in says), line


@pytest.mark.parametrize(("variable", "value"), [("PORT", "abc"), ("JSON", "maybe")])
def test_a_variable_that_does_not_stand_up_is_refused_in_one_line(variable: str, value: str) -> None:
    line = refused("serve", variables={f"SIMULATOR_{variable}": value})

    assert variable.casefold() in line.casefold()
    assert repr(value) in line


def test_an_unknown_variable_is_refused_with_the_nearest_known_one() -> None:
    line = refused("serve", variables={"SIMULATOR_PROT": "8421"})

    assert "SIMULATOR_PROT" in line
    assert "Did you mean 'SIMULATOR_PORT'?" in line


def test_an_unknown_option_is_refused_by_name() -> None:
    ended = run("serve", "--recpie", CORNER_SHOP)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "No such option" in ended.stderr
    assert "--recipe" in ended.stderr


def test_a_busy_port_is_refused_in_one_line(live: Live) -> None:
    port = live.url.rpartition(":")[2]

    line = refused("serve", "--port", port)

    assert f"127.0.0.1:{port}" in line
    assert "in use" in line


def test_of_two_started_on_one_port_together_the_loser_is_refused_in_one_line() -> None:
    port = str(free_port())
    with running("serve", "--port", port) as one, running("serve", "--port", port) as other:
        deadline = time.monotonic() + 20
        while one.process.poll() is None and other.process.poll() is None:
            assert time.monotonic() < deadline, "both serve"
            time.sleep(0.01)
        loser, winner = (one, other) if one.process.poll() is not None else (other, one)

        assert winner.wait_for_banner()
        assert "Traceback" not in loser.stderr
        assert (loser.process.returncode, len(loser.stderr.splitlines())) == (2, 1)
        assert port in loser.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", ["broken.toml", "is not TOML"]),
        ("colour = 'green'\n", ["broken.toml", "colour", "unknown"]),
        (
            '[[sales]]\nlicense = "SHOP"\ndays_ago = 1\nlines = [{ item = "cart", quantity = "1000" }]\n',
            ["SHOP", "1000 wanted"],
        ),
    ],
    ids=["not TOML", "an unknown key", "a sale the rules refuse"],
)
def test_a_recipe_file_that_does_not_stand_up_is_refused_in_one_line(
    text: str, says: list[str], tmp_path: Path
) -> None:
    sound, recipe = TILL.read_text(encoding="utf-8"), tmp_path / "broken.toml"
    recipe.write_text(sound + text if text.startswith("[") else text + sound, encoding="utf-8")

    line = refused("serve", "--port", "0", "--recipe", str(recipe))

    assert all(part in line for part in says), line


# --- the other commands ---------------------------------------------------------------------------------------------


@NEEDS_BASH
def test_the_exports_can_be_evaluated_by_a_shell_and_work(live: Live) -> None:
    port = live.url.rpartition(":")[2]
    show = shlex.join([sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"])
    script = f'set -eu; exports=$({shlex.join(COMMAND)} env --port {port}); eval "$exports"; {show}'

    ended = subprocess.run(
        ["bash", "-c", script], env=environment(), capture_output=True, text=True, check=True, timeout=30
    )

    assert ended.stderr == ""
    given: dict[str, str] = json.loads(ended.stdout)
    assert given["SIMULATOR_URL"] == given["T3_API_HOST"] == given["TRACE_URL"] == live.url
    login = {name: given[f"METRC_{name.upper()}"] for name in ("hostname", "username", "password")}
    assert login == live.login
    assert (given["T3_SECRET_KEY"], given["T3_API_KEY"]) == (live.secret_key, live.api_key)
    trace = {"x-api-key": given["TRACE_API_KEY"], "Authorization": given["TRACE_AUTHORIZATION"]}
    assert trace == live.trace_headers


def test_the_exports_are_one_to_a_line_and_nothing_else() -> None:
    ended = run("env")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert all(line.startswith("export ") for line in ended.stdout.splitlines())


def test_the_exports_follow_the_settings() -> None:
    ended = run("env", "--recipe", str(TILL), variables={"SIMULATOR_PORT": "9123"})

    assert "export SIMULATOR_URL=http://127.0.0.1:9123\n" in ended.stdout
    assert "LIC-00001" not in ended.stdout


def test_the_module_tells_its_version() -> None:
    ended = run("--version")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"simulator {__version__}\n", "")


def test_the_installed_command_tells_its_version() -> None:
    command = shutil.which("simulator", path=os.fspath(Path(sys.executable).parent))
    assert command is not None, "the project is not installed beside this Python"

    ended = subprocess.run(
        [command, "--version"], env=environment(), capture_output=True, text=True, check=False, timeout=30
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"simulator {__version__}\n", "")


def test_the_help_of_serve_names_every_flag_with_its_variable() -> None:
    ended = run("serve", "--help")

    assert (ended.returncode, ended.stderr) == (0, "")
    for setting in ("host", "port", "recipe", "seed", "now", "json"):
        assert f"--{setting}" in ended.stdout
        assert f"SIMULATOR_{setting.upper()}" in ended.stdout
