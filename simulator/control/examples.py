"""GET examples/sale: a body that this world records, for a first test or for one that bends a field."""

from typing import Any

from pydantic import ConfigDict, Field
from starlette.responses import JSONResponse, Response

from simulator.control.operation import ControlCall
from simulator.control.shapes import Shape
from simulator.seeding.builders import a_sale
from simulator.trace.schemas import Text
from simulator.wire.errors import bad_request


class SaleQuery(Shape):
    """As the builder `simulator.seeding.builders.a_sale` takes them."""

    model_config = ConfigDict(extra="forbid")

    license_number: str | None = Field(None, description="Who sells; the first that can when absent.")
    quantity: str = Field("1", description="How much of one lot.")
    price: str = Field("10.00", description="Of one unit.")
    external_id: Text | None = Field(None, description="The client's own id for the sale.")


class SaleExample(Shape):
    """`path` is where to POST `body`."""

    path: str
    body: dict[str, Any]


def sale(call: ControlCall[SaleQuery, None]) -> Response:
    """Made now, paid in cash, bought by somebody new each time; it keeps every rule."""
    wanted, world = call.query, call.world
    try:
        made = a_sale(world, wanted.license_number, quantity=wanted.quantity, price=wanted.price)
    except (LookupError, ValueError) as error:
        raise bad_request(str(error.args[0] if error.args else error)) from None
    if wanted.external_id is not None:
        made["external_id"] = wanted.external_id
    state = world.ledger.books[made["license"]["license_number"]].license.state_code
    return JSONResponse({"path": f"/{state}/v1/sales", "body": {"sales": [made]}})
