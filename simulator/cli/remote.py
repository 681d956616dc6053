"""What the verbs about a running server share: which server, which world, who asks, and how to tell the answer."""

import json
import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.common import fail, warn_of_unknown_variables

if TYPE_CHECKING:
    from simulator.client import Simulator, World

DEFAULT_URL = "http://127.0.0.1:8420"
URL, WORLD, TOKEN = "SIMULATOR_URL", "SIMULATOR_WORLD", "SIMULATOR_CONTROL_TOKEN"


@dataclass(frozen=True, slots=True)
class Remote:
    """The server and the world that a verb is about."""

    simulator: "Simulator"
    world: "World"
    as_json: bool

    def named(self, name: str | None) -> "World":
        """Another world of the server; the verb's own when no name is given."""
        return self.simulator.world(name) if name else self.world

    def tell(self, answer: Any, words: Callable[[], str]) -> None:
        """What the server answered, for programs or in words."""
        click.echo(json.dumps(answer, ensure_ascii=False) if self.as_json else words())

    def tell_each(self, answers: Iterable[Any], words: str) -> None:
        """Several answers of the server: for programs one a line, for people in one sentence."""
        lines = (json.dumps(answer, ensure_ascii=False) for answer in answers)
        click.echo("\n".join(lines) if self.as_json else words)


def once(names: Iterable[str]) -> list[str]:
    """Names in their order, each once."""
    return list(dict.fromkeys(names))


def exported(variables: Mapping[str, str]) -> str:
    """Shell exports."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def remote(verb: Callable[..., None]) -> Callable[..., None]:
    """A command about a `Remote`: it takes `--url`, `--world`, `--token` and `--json`, and its errors are one line."""

    @click.option(
        "--url",
        "at_url",
        metavar="URL",
        help=f"The server, or a world of it. [{URL}; default: {DEFAULT_URL}]",
    )
    @click.option("--world", "in_world", metavar="NAME", help=f"The world. [{WORLD}; default: main]")
    @click.option(
        "--token", "by_token", metavar="TOKEN", help=f"The control token, if one is asked for. [{TOKEN}]"
    )
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, as the server answers.")
    @wraps(verb)
    def run(
        *arguments: Any,
        at_url: str | None,
        in_world: str | None,
        by_token: str | None,
        as_json: bool,
        **options: Any,
    ) -> None:
        warn_of_unknown_variables()
        with reached(at_url, in_world, by_token, as_json=as_json) as there:
            verb(there, *arguments, **options)

    return run


@contextmanager
def reached(
    url: str | None, name: str | None, token: str | None, *, as_json: bool = False
) -> Iterator[Remote]:
    """What the flags and variables say; what the server refuses meanwhile ends the process in one line."""
    with _told(), _reached(os.environ, url, name, token, as_json=as_json) as there:
        yield there


@contextmanager
def _told() -> Iterator[None]:
    """What the server refuses, in one line."""
    from simulator.client import SimulatorError

    try:
        yield
    except SimulatorError as error:
        hint = f" (--token or {TOKEN})" if error.status == HTTPStatus.UNAUTHORIZED else ""
        fail(f"{error}{hint}")


@contextmanager
def _reached(
    environment: Mapping[str, str], url: str | None, name: str | None, token: str | None, *, as_json: bool
) -> Iterator[Remote]:
    """A flag goes before a variable, and the path of an address before the variable that names a world."""
    from simulator.client import MAIN, Simulator, World
    from simulator.client.server import located

    address = url or environment.get(URL) or DEFAULT_URL
    _, in_address = located(address)
    chosen = name or (in_address if in_address != MAIN else environment.get(WORLD)) or MAIN
    with Simulator(address, token=token or environment.get(TOKEN) or None) as simulator:
        yield Remote(simulator, World(simulator, chosen), as_json)
