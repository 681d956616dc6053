"""What the commands share: options out of the settings, and errors of one line."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click
from pydantic import ValidationError

from simulator.settings import CLIENT_VARIABLES, PREFIX, Settings, unknown_variables, variables
from simulator.wording import did_you_mean

USAGE_ERROR = 2
"""Exit code of everything the caller can mend."""

F = TypeVar("F", bound=Callable[..., None])


def settings_options(*names: str) -> Callable[[F], F]:
    """An option for each of these settings, which its `SIMULATOR_*` variable gives too; all of them when none is named."""

    def decorate(command: F) -> F:
        for name in reversed(names or tuple(Settings.model_fields)):
            command = _settings_option(name)(command)
        return command

    return decorate


def _settings_option(name: str) -> Callable[[F], F]:
    field = Settings.model_fields[name]
    option = field.alias or name
    return click.option(
        f"--{option.replace('_', '-')}",
        name,
        envvar=PREFIX + option.upper(),
        is_flag=field.annotation is bool,
        default=None,
        metavar=None if field.annotation is bool else option.upper(),
        help=f"{field.description} [{PREFIX}{option.upper()}]",
    )


def read_settings(options: dict[str, Any]) -> Settings:
    """Settings from flags and variables; ends the process with one line when they do not stand up."""
    refuse_unknown_variables()
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings.model_validate(given, by_name=True)
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        message = problem["msg"].removeprefix("Value error, ")
        fail(f"--{name.replace('_', '-')} (or {PREFIX}{name.upper()}): {message}, not {problem['input']!r}")


def refuse_unknown_variables() -> None:
    """A typing error in the environment ends the process with one line."""
    if unknown := unknown_variables(os.environ):
        fail(unknown[0])


def warn_of_unknown_variables() -> None:
    """A line for each on stderr: for who asks a server they may be settings of a newer one, or a typing error."""
    known = [*variables(), *sorted(CLIENT_VARIABLES)]
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            click.echo(f"simulator: {name} means nothing here.{did_you_mean(name, known)}", err=True)


def ends_on_sigterm() -> None:
    """Let a SIGTERM end the command as an exception does, so that half a file is cleaned up."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))


def fail(message: str) -> NoReturn:
    """One line on stderr, and exit code 2."""
    click.echo("simulator: " + " ".join(message.split()), err=True)
    sys.exit(USAGE_ERROR)
