"""`simulator env`."""

import os
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from simulator.cli.common import fail, read_settings, refuse_unknown_variables, settings_options
from simulator.cli.remote import URL, exported, reached

TOKEN = "control_token"  # noqa: S105 - an option's name
"""The one setting that is of use for asking a server too."""


@click.command()
@click.option(
    "--url", "at_url", metavar="URL", help=f"Ask the server there, or about the world there. [{URL}]"
)
@settings_options()
@click.pass_context
def env(context: click.Context, /, at_url: str | None, **options: Any) -> None:
    """Print shell exports: the server's address and the demo credentials.

    Those that the server says which --url or SIMULATOR_URL leads to. Without an address, or with flags of settings, those
    of a server that is started with the same settings; nobody is asked then.
    """
    flags = {name for name in options if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    flags -= {TOKEN}
    if at_url and flags:
        raise click.UsageError("--url asks a server, which has its own settings; give the one or the others")
    if at_url or (os.environ.get(URL) and not flags):
        refuse_unknown_variables()
        with reached(at_url, None, options[TOKEN]) as there:
            click.echo(exported(there.world.environment))
        return
    click.echo(_of_settings(options))


def _of_settings(options: dict[str, Any]) -> str:
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
    return exports(demo, http_url(settings.host, settings.port))
