"""`simulator finalize`."""

import click

from simulator.cli.remote import Remote, remote
from simulator.cli.tables import counted

MOST_SHOWN = 10


@click.command()
@click.argument("license_number", metavar="LICENSE")
@click.argument("ids", metavar="[ID]...", type=int, nargs=-1)
@remote
def finalize(at: Remote, license_number: str, ids: tuple[int, ...]) -> None:
    """Finalize receipts of a LICENSE.

    People do that in Metrc. Those with these T3 ids, or every active one.
    """
    told = at.world.control.post(
        "/receipts/finalize", {"license_number": license_number, **({"ids": ids} if ids else {})}
    )
    final = told["finalized"]
    some = ", ".join(map(str, final[:MOST_SHOWN])) + (" and so on" if len(final) > MOST_SHOWN else "")
    at.tell(told, lambda: f"Finalized {counted(len(final), 'receipt')}{': ' if final else ''}{some}.")
