"""`simulator env`."""

from pathlib import Path
from typing import Any

import click

from simulator.cli.common import fail, read_settings, settings_options


@click.command()
@settings_options()
def env(**options: Any) -> None:
    """Print shell exports: the server's address and the demo credentials."""
    from simulator.announce import exports, http_url
    from simulator.seeding.find import RecipeError
    from simulator.seeding.growth import account_of
    from simulator.seeding.recipe import load
    from simulator.snapshots.file import SUFFIX, SnapshotError, header

    settings = read_settings(options)
    if settings.port == 0:
        fail("--port 0 is taken by the server when it starts; read the port from what it announces")
    try:
        if settings.recipe.endswith(SUFFIX):
            demo = header(Path(settings.recipe)).accounts[0]
        else:
            demo = account_of(load(settings.recipe).accounts[0])
    except (RecipeError, SnapshotError) as error:
        fail(str(error))
    click.echo(exports(demo, http_url(settings.host, settings.port)))
