"""While a report is written, a list is looked through or a day is closed, others are served; and the answer is as good."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from support.asgi import BASE_URL
from support.builders import ACTOR, BORN_1982, SHOP, a_world, recorded
from support.worlds import Server, t3_of, trace_of

from simulator.ledger.commands import VoidReceipt
from simulator.ledger.model import Identification
from simulator.query import question, sorting
from simulator.t3 import reports

MANY = 2000
REPORT = f"/v2/sales/active/report?licenseNumber={SHOP}"
LIST = f"/v2/sales/active?licenseNumber={SHOP}"
SORTED = "&sort=totalPrice:desc&filter=receiptNumber__doesnotcontain:9"
NAMES = "&fieldnames=id,receiptNumber,totalPrice,recordedDateTime,retrievedAt"


@pytest.fixture
def server() -> Iterator[Server]:
    world = a_world()
    plain, book = recorded(world), world.ledger.books[SHOP]
    (line,) = plain.lines
    past = [
        replace(
            plain,
            id=number,
            number=f"{number:09}",
            trace_id=f"{number:032x}",
            lines=(replace(line, id=number, unit_price=line.unit_price + number % 7),),
        )
        for number in range(10_000, 10_000 + MANY)
    ]
    book.adopt(book.past(past), ())
    with Server(world) as server:
        yield server


@pytest.fixture
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (question, sorting, reports):
        monkeypatch.setattr(module, "SLICE", 50)


def sell_to_somebody_new(server: Server) -> None:
    recorded(server.worlds.main, identifications=(Identification("CAKOMIT0001", "CADL-NEW", BORN_1982),))


def served_meanwhile(server: Server, method: str, url: str, body: Any = None) -> tuple[httpx.Response, int]:
    """The answer, and how many lookups of a sale were answered while it was made."""
    demo = server.worlds.main.accounts.demo
    small = f"/ca/v1/sales/{10_000:032x}?license_number={SHOP}"

    async def ask() -> tuple[httpx.Response, int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(server.app), base_url=BASE_URL, headers=t3_of(demo)
        ) as client:
            answered = 0
            long = asyncio.create_task(client.request(method, url, json=body))
            await asyncio.sleep(0)
            while not long.done():
                assert (await client.get(small, headers=trace_of(demo))).status_code == 200
                answered += not long.done()
                await asyncio.sleep(0)
            return await long, answered

    return asyncio.run(ask())


@pytest.mark.usefixtures("short_slices")
@pytest.mark.parametrize("url", [REPORT, f"{REPORT}&contentType=csv", REPORT + SORTED, LIST + SORTED])
def test_others_are_served_while_receipts_are_looked_through(server: Server, url: str) -> None:
    answer, meanwhile = served_meanwhile(server, "GET", url)

    assert answer.status_code == 200
    assert meanwhile >= 5
    assert answer.content == server.get(url, headers=t3_of(server.worlds.main.accounts.demo)).content


def test_the_next_page_of_what_was_found_is_answered_at_once(server: Server) -> None:
    _, first = served_meanwhile(server, "GET", LIST + SORTED)
    _, second = served_meanwhile(server, "GET", f"{LIST}{SORTED}&page=2")

    assert first > 0
    assert second == 0


@pytest.mark.parametrize(
    ("path", "body"), [("receipts/finalize", {"license_number": SHOP}), ("clock/close-day", {})]
)
def test_others_are_served_while_receipts_are_finalized(
    server: Server, path: str, body: dict[str, str]
) -> None:
    answer, meanwhile = served_meanwhile(server, "POST", f"/_simulator/{path}", body)

    assert answer.status_code == 200
    assert meanwhile >= 5
    book = server.worlds.main.ledger.books[SHOP]
    assert (len(book.active), len(book.inactive)) == (0, MANY + 1)


def test_what_is_recorded_while_a_license_is_finalized_stays_active(server: Server) -> None:
    """It is not among those that were active when it was asked."""

    async def ask() -> tuple[httpx.Response, httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(server.app), base_url=BASE_URL) as client:
            headers = t3_of(server.worlds.main.accounts.demo)
            long = asyncio.create_task(
                client.post("/_simulator/receipts/finalize", json={"license_number": SHOP})
            )
            for _ in range(3):
                await asyncio.sleep(0)
            assert not long.done()
            sell_to_somebody_new(server)
            last = 10_000 + MANY - 1
            void = await client.post(
                f"/v2/sales/void?licenseNumber={SHOP}&submit=true", json={"id": last}, headers=headers
            )
            assert not long.done()
            return await long, void

    answer, void = asyncio.run(ask())
    finalized = answer.json()["finalized"]
    book = server.worlds.main.ledger.books[SHOP]

    assert void.status_code == 200
    assert len(finalized) == MANY
    assert 10_000 + MANY - 1 not in finalized
    assert len(book.active) == 1


def test_a_reset_ends_the_closing_of_a_day(server: Server) -> None:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(server.app), base_url=BASE_URL) as client:
            long = asyncio.create_task(client.post("/_simulator/clock/close-day", json={}))
            for _ in range(3):
                await asyncio.sleep(0)
            assert not long.done()
            server.worlds.main.reset()
            return await long

    answer = asyncio.run(ask())

    assert answer.status_code == 409
    assert "reset or restored meanwhile" in answer.json()["error"]["message"]
    assert len(server.worlds.main.ledger.books[SHOP].active) == MANY + 1


@pytest.mark.parametrize("more", ["", "&contentType=csv", f"{SORTED}&contentType=csv", SORTED + NAMES])
def test_a_report_of_the_past_is_the_report_that_was(server: Server, more: str) -> None:
    """A lag has it written in one go, of another ledger than it was prepared from."""
    headers, url = t3_of(server.worlds.main.accounts.demo), REPORT + more
    lag = {"name": "lag", "effect": {"type": "read_lag", "seconds": 3600}}
    before = server.get(url, headers=headers).content
    server.control("main", "faults", lag)
    sell_to_somebody_new(server)

    assert server.get(url, headers=headers).content == before
    server.told("DELETE", "/_simulator/faults/lag")
    assert server.get(url, headers=headers).content != before


@pytest.mark.usefixtures("short_slices")
@pytest.mark.parametrize("more", ["", "&contentType=csv", SORTED + NAMES])
def test_a_report_is_of_one_moment(server: Server, more: str) -> None:
    """What is written while it is written is in none of it."""
    url = REPORT + more

    async def ask() -> bytes:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(server.app),
            base_url=BASE_URL,
            headers=t3_of(server.worlds.main.accounts.demo),
        ) as client:
            stood = (await client.get(url)).content
            long = asyncio.create_task(client.get(url))
            for _ in range(20):
                await asyncio.sleep(0)
            assert not long.done()
            server.worlds.main.execute(VoidReceipt(ACTOR, SHOP, 10_000 + MANY - 1))
            assert (await long).content == stood
            return (await client.get(url)).content

    assert b"000011999" not in asyncio.run(ask())
