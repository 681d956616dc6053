"""POST receipts/finalize: neither vendor's API finalizes; in real life people do, in Metrc."""

from pydantic import BaseModel, ConfigDict, StrictInt
from starlette.responses import JSONResponse, Response

from simulator.control.operation import ControlCall
from simulator.ledger.commands import FinalizeReceipts
from simulator.ledger.model import Actor
from simulator.world import World

CONTROL_USER = "simulator"


class Finalize(BaseModel):
    """`ids` absent finalizes every active receipt of the license."""

    model_config = ConfigDict(extra="forbid", strict=True)

    license_number: str
    ids: tuple[StrictInt, ...] | None = None


class Finalized(BaseModel):
    finalized: list[int]


def finalize(call: ControlCall[None, Finalize]) -> Response:
    world, wanted = call.world, call.body
    book, ids = world.ledger.books.get(wanted.license_number), wanted.ids
    if ids is None:
        ids = tuple(receipt.id for receipt in book.active) if book else ()
    world.execute(FinalizeReceipts(operator(world), wanted.license_number, ids))
    return JSONResponse({"finalized": list(dict.fromkeys(ids))})


def operator(world: World) -> Actor:
    """Who does what the control plane does: somebody who may do it everywhere."""
    return Actor(CONTROL_USER, CONTROL_USER, frozenset(world.ledger.books))
