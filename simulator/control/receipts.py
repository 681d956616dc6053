"""POST receipts/finalize: neither vendor's API finalizes; in real life people do, in Metrc."""

import asyncio
from datetime import datetime
from http import HTTPStatus

from pydantic import StrictInt
from starlette.responses import JSONResponse, Response

from simulator.control.operation import ControlCall
from simulator.control.shapes import Body, Shape
from simulator.ledger.commands import FinalizeReceipts
from simulator.ledger.errors import Rejected
from simulator.ledger.model import Actor, ReceiptState
from simulator.ledger.rules.context import license_violations
from simulator.wire.errors import WireError
from simulator.world import World

CONTROL_USER = "simulator"
BUNCH = 50
"""Receipts that are finalized between two pauses, in a few milliseconds."""


class Finalize(Body):
    """`ids` absent finalizes every active receipt of the license."""

    license_number: str
    ids: tuple[StrictInt, ...] | None = None


class Finalized(Shape):
    finalized: list[int]


async def finalize(call: ControlCall[None, Finalize]) -> Response:
    world, wanted = call.world, call.body
    if wanted.ids is None:
        return JSONResponse({"finalized": await finalize_active(world, wanted.license_number)})
    world.execute(FinalizeReceipts(operator(world), wanted.license_number, wanted.ids))
    return JSONResponse({"finalized": list(dict.fromkeys(wanted.ids))})


async def finalize_active(world: World, license_number: str, until: datetime | None = None) -> list[int]:
    """Finalize the active receipts of a license, those sold before `until` where it is given, and tell their ids.

    However many there are, others are served meanwhile: a bunch is finalized at a time.
    """
    refused = list(license_violations(world.ledger, operator(world), license_number, None))
    if refused:
        raise Rejected(refused)
    generation, book = world.generation, world.ledger.books[license_number]
    waiting, finalized = list(book.active_rows), list[int]()
    for start in range(0, len(waiting), BUNCH):
        if world.generation != generation:
            raise WireError(HTTPStatus.CONFLICT, "The world was reset or restored meanwhile")
        receipts = [book.receipt(row.id) for row in waiting[start : start + BUNCH]]
        due = tuple(
            each.id
            for each in receipts
            if each and each.state is ReceiptState.ACTIVE and (until is None or each.sold_at < until)
        )
        world.execute(FinalizeReceipts(operator(world), license_number, due))
        finalized += due
        await asyncio.sleep(0)
    return finalized


def operator(world: World) -> Actor:
    """Who does what the control plane does: somebody who may do it everywhere."""
    return Actor(CONTROL_USER, CONTROL_USER, frozenset(world.ledger.books))
