"""GET audit and GET receipts: what the ledger itself has, whatever the journal still knows."""

import asyncio
from collections.abc import AsyncIterator

from pydantic import ConfigDict, Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from simulator.audit.audit import Audit
from simulator.audit.report import Report
from simulator.audit.rows import lines
from simulator.control.beside import while_waited_for
from simulator.control.operation import ControlCall
from simulator.control.shapes import Shape
from simulator.ledger.state import Ledger
from simulator.wire.errors import bad_request
from simulator.wire.query import Whole
from simulator.wording import did_you_mean, echo, listed
from simulator.world import World

ROWS_TYPE = "application/x-ndjson"
MOST_LISTED = 20
"""Licenses that a refusal names."""


class AuditQuery(Shape):
    model_config = ConfigDict(extra="forbid")

    license_number: str | None = Field(None, description="Only this license.")
    external_id_prefix: str | None = Field(
        None,
        min_length=1,
        description="Only receipts whose external_id begins so are counted, and told where it is repeated.",
    )


class RowsQuery(Shape):
    model_config = ConfigDict(extra="forbid")

    license_number: str | None = Field(None, description="Only this license.")
    external_id_prefix: str | None = Field(
        None, min_length=1, description="Only receipts whose external_id begins so."
    )
    since_id: Whole | None = Field(None, description="Only receipts with a higher T3 id.")


class ReceiptCounts(Shape):
    active: int
    final: int
    voided: int
    refunded: int


class AuditedLicense(Shape):
    """Quantities are added up over all lots, whatever their units; `net` and `total` over receipts that stand."""

    license_number: str
    lots: int
    received: str
    on_hand: str
    sold: str
    refunded: str
    receipts: ReceiptCounts
    net: str
    total: str


class RepeatedId(Shape):
    """`receipts` are numbers of receipts, those that do not stand among them; `standing` is how many do."""

    license_number: str
    external_id: str
    receipts: list[str]
    standing: int


class AuditAnswer(Shape):
    """`balanced` is true when there are no `problems`, which are sentences. `hidden` receipts are recorded, and not
    shown to readers yet.
    """

    balanced: bool
    problems: list[str]
    more_problems: int
    licenses: list[AuditedLicense]
    repeated: list[RepeatedId]
    more_repeated: int
    hidden: int


async def audit(call: ControlCall[AuditQuery, None]) -> Response:
    """Of the moment when it is asked, however long it takes."""
    wanted, world = call.query, call.world
    _check_license(world, wanted.license_number)
    hidden = _hidden(world, wanted.license_number)
    auditing = Audit(world.ledger.fork(), wanted.license_number, wanted.external_id_prefix)
    report = await while_waited_for(_done(auditing), call.request)
    return JSONResponse({**report.as_json(), "hidden": hidden})


def rows(call: ControlCall[RowsQuery, None]) -> Response:
    """One JSON object a line, streamed. What the world does meanwhile is not in it."""
    wanted, world = call.query, call.world
    _check_license(world, wanted.license_number)
    written = lines(world.ledger.fork(), wanted.license_number, wanted.external_id_prefix, wanted.since_id)

    async def pieces() -> AsyncIterator[bytes]:
        for piece in written:
            if piece:
                yield piece
            await asyncio.sleep(0)  # others want to be answered too

    return StreamingResponse(pieces(), media_type=ROWS_TYPE)


async def _done(auditing: Audit) -> Report:
    for _ in auditing.turns():
        await asyncio.sleep(0)
    return auditing.report()


def _hidden(world: World, license_number: str | None) -> int:
    """How many receipts readers do not see yet."""
    seen = world.seen(world.clock.now())
    return _count(world.ledger, license_number) - _count(seen, license_number)


def _count(ledger: Ledger, license_number: str | None) -> int:
    return sum(len(book.rows) for number, book in ledger.books.items() if license_number in (None, number))


def _check_license(world: World, number: str | None) -> None:
    books = world.ledger.books
    if number is not None and number not in books:
        known = listed(list(books)[:MOST_LISTED])
        raise bad_request(
            f"license_number: {echo(number)} does not exist.{did_you_mean(number, books)} Licenses: {known}"
        )
