"""The clock as a resource, and the end of a business day."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field
from starlette.responses import JSONResponse, Response

from simulator.clock import ClockRefused, end_of_day
from simulator.control.operation import ControlCall
from simulator.control.receipts import finalize_active
from simulator.control.shapes import Body, Shape
from simulator.control.worlds import Moment
from simulator.ledger.state import Book
from simulator.times import iso_utc
from simulator.wire.errors import bad_request
from simulator.wording import did_you_mean, echo
from simulator.world import World


class Freeze(Body):
    """`at` absent freezes the clock where it stands."""

    at: Moment | None = Field(None, description="An ISO 8601 moment with its zone.")


class Set(Body):
    to: Moment = Field(description="An ISO 8601 moment with its zone; earlier than now is fine.")


class Advance(Body):
    """The sum of its parts."""

    seconds: float = Field(0, ge=0, allow_inf_nan=False)
    minutes: float = Field(0, ge=0, allow_inf_nan=False)
    hours: float = Field(0, ge=0, allow_inf_nan=False)
    days: float = Field(0, ge=0, allow_inf_nan=False)


class Rate(Body):
    rate: float = Field(gt=0, allow_inf_nan=False, description="Simulated seconds in a real one.")


class CloseDay(Body):
    """`advance` true moves the clock on to the midnight that ends the day; false closes the days before."""

    license_number: str | None = Field(None, description="Whose day; every license's when absent.")
    advance: bool = True


class ClockAnswer(Shape):
    now: str
    clock: Literal["frozen", "running"]
    rate: float


class ClosedDay(Shape):
    """`until` is the midnight before which everything was sold that is final now."""

    license_number: str
    until: str
    finalized: list[int]


class ClosedAnswer(ClockAnswer):
    closed: list[ClosedDay]


def show(call: ControlCall[None, None]) -> Response:
    return JSONResponse(_shown(call.world))


def freeze(call: ControlCall[None, Freeze]) -> Response:
    call.world.clock.freeze(call.body.at)
    call.world.turn_back()
    return JSONResponse(_shown(call.world))


def set_(call: ControlCall[None, Set]) -> Response:
    call.world.clock.set(call.body.to)
    call.world.turn_back()
    return JSONResponse(_shown(call.world))


def advance(call: ControlCall[None, Advance]) -> Response:
    body = call.body
    try:
        by = timedelta(days=body.days, hours=body.hours, minutes=body.minutes, seconds=body.seconds)
    except OverflowError:
        raise ClockRefused("the clock cannot be advanced as far as that") from None
    call.world.clock.advance(by)
    return JSONResponse(_shown(call.world))


def rate(call: ControlCall[None, Rate]) -> Response:
    call.world.clock.run(call.body.rate)
    return JSONResponse(_shown(call.world))


def resume(call: ControlCall[None, None]) -> Response:
    call.world.clock.resume()
    return JSONResponse(_shown(call.world))


async def close_day(call: ControlCall[None, CloseDay]) -> Response:
    """Finalize what is due.

    GAP(closing-the-day): people finalize in Metrc, when it suits them; here every active receipt sold before the
    license's midnight is final afterwards.
    """
    world, number = call.world, call.body.license_number
    books = world.ledger.books
    if number is not None and number not in books:
        raise bad_request(f"License {echo(number)} does not exist.{did_you_mean(number, books)}")
    now = world.clock.now()
    wanted = [books[number]] if number is not None else list(books.values())
    ends = {book.license.number: _end(book, now, ahead=call.body.advance) for book in wanted}
    if call.body.advance:
        world.clock.set(max(ends.values(), default=now))
    closed = [
        {
            "license_number": license_number,
            "until": iso_utc(until),
            "finalized": await _finalize(world, license_number, until),
        }
        for license_number, until in ends.items()
    ]
    return JSONResponse({**_shown(world), "closed": closed})


def _end(book: Book, now: datetime, *, ahead: bool) -> datetime:
    """The midnight that ends the license's day, or the one that began it."""
    zone = book.license.state.zone
    if ahead:
        return end_of_day(zone, now)
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


async def _finalize(world: World, license_number: str, until: datetime) -> list[int]:
    license_ = world.ledger.books[license_number].license
    return await finalize_active(world, license_number, until) if license_.active and license_.retail else []


def _shown(world: World) -> dict[str, object]:
    state = world.clock.state
    return {
        "now": iso_utc(world.clock.now()),
        "clock": "frozen" if world.clock.frozen else "running",
        "rate": state.rate,
    }
