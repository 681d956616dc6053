"""The command line: `simulator serve` and `simulator env`."""

import os
import secrets
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click
from pydantic import ValidationError

from simulator import __version__
from simulator.settings import PREFIX, Settings, unknown_variables

USAGE_ERROR = 2
"""Exit code of everything the caller can mend."""
INTERRUPTED = 130
"""Exit code of an interrupt before the server is ready, as shells have it."""

F = TypeVar("F", bound=Callable[..., None])


def main() -> None:
    """Entry point of the console script."""
    try:
        sys.exit(cli.main(prog_name="simulator", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(USAGE_ERROR)
    except click.ClickException as error:
        fail(error.format_message())
    except click.Abort:
        sys.exit(INTERRUPTED)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="simulator", message="%(prog)s %(version)s")
def cli() -> None:
    """A stateful fake of T3 sales receipts and Green Check Trace sales, over one ledger."""


def settings_options(command: F) -> F:
    """One option for each setting, which its `SIMULATOR_*` variable gives too."""
    for name, field in reversed(Settings.model_fields.items()):
        option = field.alias or name
        command = click.option(
            f"--{option.replace('_', '-')}",
            name,
            envvar=PREFIX + option.upper(),
            is_flag=field.annotation is bool,
            default=None,
            metavar=None if field.annotation is bool else option.upper(),
            help=f"{field.description} [{PREFIX}{option.upper()}]",
        )(command)
    return command


@cli.command()
@settings_options
def serve(**options: Any) -> None:
    """Serve a world until interrupted."""
    # Heavy parts are imported here, so that `simulator --version` is quick.
    from simulator.announce import banner, http_url, ready_line
    from simulator.app import create_world
    from simulator.seeding.find import RecipeError
    from simulator.server import bind, is_loopback, serve

    settings = read_settings(options)
    try:
        bound = bind(settings.host, settings.port)
    except OSError as error:
        fail(f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}")
    try:
        world = create_world(settings)
    except RecipeError as error:
        bound.close()
        fail(str(error))
    token = settings.control_token or (None if is_loopback(bound) else secrets.token_urlsafe(16))
    announce = ready_line if settings.json_line else banner
    serve(world, bound, token, lambda: click.echo(announce(world, http_url(*bound.getsockname()[:2]), token)))


@cli.command()
@settings_options
def env(**options: Any) -> None:
    """Print shell exports: the server's address and the demo credentials."""
    from simulator.announce import exports, http_url
    from simulator.seeding.find import RecipeError
    from simulator.seeding.grow import account_of
    from simulator.seeding.recipe import load

    settings = read_settings(options)
    if settings.port == 0:
        fail("--port 0 is taken by the server when it starts; read the port from what it announces")
    try:
        recipe = load(settings.recipe)
    except RecipeError as error:
        fail(str(error))
    click.echo(exports(account_of(recipe.accounts[0]), http_url(settings.host, settings.port)))


def read_settings(options: dict[str, Any]) -> Settings:
    """Settings from flags and variables; ends the process with one line when they do not stand up."""
    if unknown := unknown_variables(os.environ):
        fail(unknown[0])
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings.model_validate(given, by_name=True)
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        message = problem["msg"].removeprefix("Value error, ")
        fail(f"--{name.replace('_', '-')} (or {PREFIX}{name.upper()}): {message}, not {problem['input']!r}")


def fail(message: str) -> NoReturn:
    """One line on stderr, and exit code 2."""
    click.echo("simulator: " + " ".join(message.split()), err=True)
    sys.exit(USAGE_ERROR)
