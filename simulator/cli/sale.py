"""`simulator sale`."""

import json

import click

from simulator.cli.remote import Remote, remote


@click.command()
@click.argument("license_number", metavar="[LICENSE]", required=False)
@click.option("--quantity", help="How much of one lot. [default: 1]")
@click.option("--price", help="Of one unit. [default: 10.00]")
@click.option("--external-id", metavar="ID", help="The client's own id for it.")
@remote
def sale(
    at: Remote,
    license_number: str | None,
    quantity: str | None,
    price: str | None,
    external_id: str | None,
) -> None:
    """Print a sale that a world records.

    A body for POST /{state}/v1/sales, sold by the LICENSE or by the first that can: to send, or to bend first. With
    --json, the path too.
    """
    told = at.world.control.get(
        "/examples/sale",
        license_number=license_number,
        quantity=quantity,
        price=price,
        external_id=external_id,
    )
    at.tell(told, lambda: json.dumps(told["body"], indent=2, ensure_ascii=False))
