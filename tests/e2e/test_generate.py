"""`simulator generate`: five formats, the same bytes each time, and what they are good for."""

import csv
import hashlib
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from support.asgi import InProcess

from simulator.app import create_app, create_world
from simulator.formats.book import FORMATS
from simulator.ledger.states import TRACE_STATES
from simulator.seeding.find import shipped
from simulator.settings import Settings
from simulator.world import World

MOMENT = "2026-05-20T20:00:00Z"


def generate(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "simulator", "generate", *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )


def written(recipe: str, format_: str, *more: str) -> bytes:
    ended = generate(recipe, "--now", MOMENT, "--format", format_, *more)
    assert (ended.returncode, ended.stderr) == (0, b"")
    return ended.stdout


def a_world(recipe: str, **settings: Any) -> World:
    return create_world(Settings.model_validate({"recipe": recipe, "now": MOMENT, **settings}))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_holds_what_standard_output_shows_under_any_hash_seed(format_: str, tmp_path: Path) -> None:
    options = ("busy_dispensary", "--seed", "7", "--receipts", "700", "--now", MOMENT, "--format", format_)
    if format_ == "trace-posts":
        options = ("corner_shop", *options[1:])
    path = tmp_path / "out"

    shown = generate(*options, PYTHONHASHSEED="1")
    kept = generate(*options, "--out", str(path), PYTHONHASHSEED="2")

    assert (shown.returncode, shown.stderr) == (0, b"")
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, b"", b"")
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(shown.stdout).digest()
    assert list(tmp_path.iterdir()) == [path], "nothing else is left there"
    assert oct(path.stat().st_mode)[-3:] == oct(0o666 & ~umask())[-3:]


def umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def test_ndjson_is_one_object_a_line_that_says_what_it_is() -> None:
    lines = [json.loads(line) for line in written("corner_shop", "ndjson").splitlines()]

    kinds = [kind for line in lines for kind in line]
    assert len(kinds) == len(lines)
    world = a_world("corner_shop")
    books = world.ledger.books.values()
    assert kinds.count("license") == len(books)
    assert kinds.count("receipt") == sum(len(book.receipts) for book in books)
    assert kinds.count("lot") == sum(len(book.lots) for book in books)
    assert kinds.count("employee") == sum(len(book.employees) for book in books)


@pytest.mark.parametrize("name", shipped())
def test_a_snapshot_is_served_as_the_recipe_itself(name: str, tmp_path: Path) -> None:
    path = tmp_path / "saved.snapshot"
    more = () if name == "edge_cases" else ("--receipts", "300")
    ended = generate(name, "--now", MOMENT, "--format", "snapshot", "--out", str(path), *more)
    assert ended.returncode == 0, ended.stderr

    restored, grown = a_world(str(path)), a_world(name, receipts=int(more[1]) if more else None)

    def told(world: World) -> list[object]:
        return [
            (book.license, book.receipts, book.lots, book.employees, list(book.active), list(book.inactive))
            for book in world.ledger.books.values()
        ]

    assert told(restored) == told(grown)
    assert restored.accounts.everyone == grown.accounts.everyone
    assert restored.ledger.policies == grown.ledger.policies
    assert restored.clock.now() == grown.clock.now()


def test_a_snapshot_of_a_running_clock_runs_on(tmp_path: Path) -> None:
    path = tmp_path / "running.snapshot"
    assert generate("corner_shop", "--format", "snapshot", "--out", str(path)).returncode == 0

    assert not create_world(Settings(recipe=str(path))).clock.frozen


@pytest.fixture(params=[name for name in shipped() if name != "busy_dispensary"])
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, World, InProcess]]:
    world = a_world(request.param, seed=4)
    with InProcess(create_app(world)) as client:
        yield request.param, world, client


def t3_headers(world: World, host: str | None, number: str) -> dict[str, str] | None:
    """Credentials of whoever sees the license in T3."""
    for account in world.accounts.everyone:
        if account.hostname == host and number in account.licenses and account.secret_key:
            return {"X-T3-API-Key": account.secret_key}
    return None


def test_t3_pages_are_what_t3_answers(served: tuple[str, World, InProcess]) -> None:
    name, world, client = served
    pages = [json.loads(line) for line in written(name, "t3-pages", "--seed", "4").splitlines()]

    asked = 0
    for page in pages:
        first = page["data"][0]
        number = first["licenseNumber"]
        headers = t3_headers(world, first["hostname"], number)
        if headers is None or not world.ledger.books[number].license.active:
            continue
        asked += 1
        which = "active" if first["index"] == "ACTIVE_SALES_RECEIPT" else "inactive"
        url = f"/v2/sales/{which}?licenseNumber={quote(number)}&pageSize=500&page={page['page']}"
        assert client.get(url, headers=headers).json() == page
    assert asked
    assert sum(len(page["data"]) for page in pages) == sum(
        len(book.receipts) for book in world.ledger.books.values() if book.license.state.host
    )


def test_the_csv_is_t3_s_report_of_everything(served: tuple[str, World, InProcess]) -> None:
    name, world, client = served
    table = list(csv.DictReader(io.StringIO(written(name, "csv", "--seed", "4").decode())))
    in_t3 = [book for book in world.ledger.books.values() if book.license.state.host]
    assert len(table) == sum(len(book.receipts) for book in in_t3)

    number = world.accounts.demo.licenses and sorted(
        number for number in world.accounts.demo.licenses if len(world.ledger.books[number].active) > 5
    )
    for each in number:
        host = world.ledger.books[each].license.state.host
        headers = t3_headers(world, host, each)
        if headers is None:
            continue
        fields = "&fieldnames=" + ",".join(table[0])
        url = f"/v2/sales/active/report?licenseNumber={quote(each)}&contentType=csv&prependCsvMetadata=false{fields}"
        report = list(csv.DictReader(io.StringIO(client.get(url, headers=headers).text)))
        active = [row for row in table if row["licenseNumber"] == each and row["index"].startswith("ACTIVE")]
        assert report == active


@pytest.mark.parametrize("name", shipped())
def test_every_generated_body_posts_into_a_fresh_world_of_its_recipe(name: str) -> None:
    """Into the world that `simulator serve` of the same recipe, seed and moment makes."""
    bodies = written(name, "trace-posts", "--seed", "4", "--receipts", "240").splitlines()
    assert len(bodies) == 240
    world = a_world(name, seed=4)
    refused = []
    with InProcess(create_app(world)) as client:
        for body in bodies:
            sale = json.loads(body)["sales"][0]
            number = sale["license"]["license_number"]
            account = next(
                each
                for each in world.accounts.everyone
                if number in each.licenses and each.trace_authorization
            )
            headers = {
                "x-api-key": str(account.trace_api_key),
                "Authorization": str(account.trace_authorization),
                "Content-Type": "application/json",
            }
            state = sale["customer_types"]["id"][:2].lower()
            assert state in TRACE_STATES
            answer = client.post(f"/{state}/v1/sales", content=body, headers=headers)
            # Some states want sales in real time, and these are of the last 24 hours.
            warned = {warning["type"] for warning in answer.json()["warnings"]}
            if answer.status_code != 200 or warned - {"reported_late"}:
                refused.append(answer.text)
    assert refused == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("corner_shop", "--format", "xml"), "'xml' is not one of 'ndjson', 'csv', 'snapshot'"),
        (("corner_shp",), "unknown recipe 'corner_shp'. Did you mean 'corner_shop'?"),
        (("corner_shop", "--receipts", "many"), "--receipts (or SIMULATOR_RECEIPTS)"),
        (("corner_shop", "--receipts", "-1"), "--receipts (or SIMULATOR_RECEIPTS)"),
        (("corner_shop", "--days", "0"), "--days (or SIMULATOR_DAYS)"),
        (("corner_shop", "--receipts", "30000"), "its lots are sold out before its sales are made"),
        (("corner_shop", "--format", "trace-posts", "--days", "3"), "leave --days out"),
        (("corner_shop", "--format", "trace-posts", "--receipts", "30000"), "its lots are sold out"),
        ((), "Missing argument 'RECIPE'"),
    ],
)
def test_what_cannot_be_generated_is_told_in_one_line(
    arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    ended = generate(*arguments, "--out", str(tmp_path / "out"))

    assert ended.returncode == 2
    (line,) = ended.stderr.decode().splitlines()
    assert says in line
    assert list(tmp_path.iterdir()) == [], "no half of a file"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    ended = generate("corner_shop", "--out", str(tmp_path / "nowhere" / "out"))

    assert ended.returncode == 2
    assert ended.stderr.decode().splitlines() == [
        f"simulator: cannot write {tmp_path / 'nowhere' / 'out'}: No such file or directory"
    ]


def test_a_reader_that_has_enough_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "simulator", "generate", "busy_dispensary", "--receipts", "20000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_pipe_is_written_to_and_a_link_stays(tmp_path: Path) -> None:
    """Only a regular file is replaced when the new one is whole."""
    pipe, target, link = tmp_path / "pipe", tmp_path / "target", tmp_path / "link"
    os.mkfifo(pipe)
    target.write_text("before", encoding="utf-8")
    link.symlink_to(target)
    options = ("corner_shop", "--now", MOMENT, "--receipts", "5")
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert generate(*options, "--out", str(pipe)).returncode == 0
        assert reader.stdout is not None
        piped = reader.stdout.read()

    assert generate(*options, "--out", str(link)).returncode == 0

    assert piped == generate(*options).stdout
    assert link.is_symlink()
    assert target.read_bytes() == piped
    assert pipe.is_fifo()


def test_a_termination_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    out = tmp_path / "big.ndjson"
    command = [sys.executable, "-m", "simulator", "generate", "busy_dispensary", "--receipts", "500000"]
    with subprocess.Popen([*command, "--out", str(out)], stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_posts_end_with_the_stock_where_no_number_is_asked_for(tmp_path: Path) -> None:
    recipe = tmp_path / "kiosk.toml"
    document = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
    recipe.write_text(document.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")

    as_many = generate(str(recipe), "--format", "trace-posts")
    too_many = generate(str(recipe), "--format", "trace-posts", "--receipts", "5000")

    assert (as_many.returncode, as_many.stderr) == (0, b"")
    assert 50 < len(as_many.stdout.splitlines()) < 1000
    assert too_many.returncode == 2
    assert b"ask for fewer --receipts" in too_many.stderr


def test_there_is_a_progress_bar_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "simulator", "generate", "busy_dispensary", "--receipts", "3000"]
    ended = subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        timeout=60,
        check=False,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    told = b""
    while piece := read(ours):
        told += piece
    os.close(ours)

    assert ended.returncode == 0
    assert b"busy_dispensary" in told
    assert b"100%" in told


def read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how a terminal whose other end is closed says that it is over
        return b""
