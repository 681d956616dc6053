"""`simulator save`."""

import click

from simulator.cli.remote import Remote, remote
from simulator.cli.tables import counted


@click.command()
@remote
def save(at: Remote) -> None:
    """Save the main world to the state file.

    The server has one when it was started with --state-file. It is whole, or as it was before.
    """
    from simulator.client.server import GROWING_SECONDS

    told = at.simulator.control.post("/save", patience=GROWING_SECONDS)
    at.tell(
        told, lambda: f"Saved {counted(told['receipts'], 'receipt')} to {told['saved']}, where the server is."
    )
