"""Flags that say a fault, beside or instead of its JSON."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import click

from simulator.cli.common import fail

STDIN = "-"
EFFECT, MATCH, FAULT = "effect", "match", "fault"
PHASES = ("before", "after", "partial", "delayed")

F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Flag:
    """`--name` says `key` in the fault's `part`. An effect's first field alone tells which effect is meant: `means`."""

    name: str
    part: str
    key: str
    kind: Any
    help: str
    means: str | None = None
    multiple: bool = False

    @property
    def parameter(self) -> str:
        return self.name.replace("-", "_")


FLAGS = (
    Flag("name", FAULT, "name", str, "What to call it."),
    Flag(
        "phase",
        FAULT,
        "phase",
        click.Choice(PHASES),
        "What has happened to the ledger by then. [default: before]",
    ),
    Flag("delay", FAULT, "delay", float, "Phase delayed: simulated seconds until it shows."),
    Flag("keep", FAULT, "keep", int, "Phase partial: how many of the batch are done."),
    Flag("effect", EFFECT, "type", str, "What happens: reset_peer, garbage and so on."),
    Flag("status", EFFECT, "status", int, "Answer with this status.", "status"),
    Flag("message", EFFECT, "message", str, "What the body of the status says."),
    Flag("retry-after", EFFECT, "retry_after", str, "The Retry-After header: seconds; true for rate_limit."),
    Flag("latency", EFFECT, "latency", int, "Answer so many milliseconds later.", "latency"),
    Flag("jitter", EFFECT, "jitter", int, "By how many milliseconds that varies."),
    Flag("distribution", EFFECT, "distribution", str, "How: uniform, normal or lognormal."),
    Flag(
        "timeout", EFFECT, "timeout", int, "Answer nothing, and close after milliseconds; 0 waits.", "timeout"
    ),
    Flag("bytes", EFFECT, "bytes", int, "Of limit_data or garbage: how many."),
    Flag("rate", EFFECT, "rate", int, "Answer with so many kilobytes a second.", "bandwidth"),
    Flag("average-size", EFFECT, "average_size", int, "Answer in pieces of so many bytes.", "slicer"),
    Flag("size-variation", EFFECT, "size_variation", int, "By how many bytes the pieces vary."),
    Flag("piece-delay", EFFECT, "delay", int, "Microseconds between two pieces."),
    Flag("requests", EFFECT, "requests", int, "Answer 429 after so many in a window.", "rate_limit"),
    Flag("seconds", EFFECT, "seconds", float, "The window of rate_limit, or how far read_lag lags."),
    Flag("api", MATCH, "api", click.Choice(("t3", "trace")), "For one of the APIs."),
    Flag("operation", MATCH, "operation", str, "For an operationId, such as state_v1_sales_post."),
    Flag("method", MATCH, "method", str, "For a method."),
    Flag("path", MATCH, "path", str, "For paths like this, * is anything."),
    Flag("license", MATCH, "license_number", str, "For requests about a license."),
    Flag("username", MATCH, "username", str, "For what a user asks."),
    Flag("query", MATCH, "query", str, "KEY=VALUE: for a parameter with a value.", multiple=True),
    Flag("body", MATCH, "body", str, "PATH=VALUE: for a body that has a value there.", multiple=True),
    Flag("nth", MATCH, "nth", int, "Only the match of this number, once or more.", multiple=True),
    Flag("first", MATCH, "first", int, "Only so many matches from the beginning."),
    Flag("every", MATCH, "every", int, "Only every so-manieth match."),
    Flag("toxicity", MATCH, "toxicity", float, "The probability that a match is struck."),
)


def fault_options(command: F) -> F:
    """All flags, to be given to `said`."""
    for flag in reversed(FLAGS):
        command = click.option(
            f"--{flag.name}", flag.parameter, type=flag.kind, multiple=flag.multiple, help=flag.help
        )(command)
    return command


def said(given: Mapping[str, Any], fault: Mapping[str, Any]) -> dict[str, Any]:
    """A fault as JSON has it, and over it what the flags say."""
    whole = dict(fault)
    parts: dict[str, dict[str, Any]] = {FAULT: whole, EFFECT: {}, MATCH: {}}
    used = [flag for flag in FLAGS if given[flag.parameter] not in (None, ())]
    for flag in used:
        value = given[flag.parameter]
        parts[flag.part][flag.key] = CONVERTED[flag.key](value) if flag.key in CONVERTED else value
    if parts[EFFECT] and "type" not in parts[EFFECT]:
        parts[EFFECT] |= _meant(used)
    for part in (EFFECT, MATCH):
        if parts[part]:
            before = whole.get(part)
            whole[part] = {**(before if isinstance(before, dict) else {}), **parts[part]}
    return whole


def fault_json(source: str | None) -> dict[str, Any]:
    """The fault of an argument: JSON itself, the name of a file of it, or - for standard input."""
    if source is None:
        return {}
    text = source if source.lstrip().startswith(("{", "[")) else _text(source)
    try:
        fault = json.loads(text)
    except ValueError as error:
        fail(f"{'that' if text is source else source} is no JSON: {error}")
    if not isinstance(fault, dict):
        fail(f"a fault is a JSON object, not {text.strip()[:40]!r}")
    return fault


def _text(source: str) -> str:
    if source == STDIN:
        return sys.stdin.read()
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        fail(
            f"cannot read {source}: {getattr(error, 'strerror', None) or error}; a fault in JSON begins with {{"
        )


def _meant(used: list[Flag]) -> dict[str, str]:
    telling = [flag for flag in used if flag.means]
    if len(telling) > 1:
        raise click.UsageError(
            f"--{telling[0].name} and --{telling[1].name} are effects of two faults; say which with --effect, or add two"
        )
    return {"type": str(telling[0].means)} if telling else {}


def _assignments(texts: Iterable[str]) -> dict[str, Any]:
    return dict(map(_assignment, texts))


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"{text!r} is not of the form KEY=VALUE")
    return name, _value(value)


def _value(text: str) -> Any:
    """A number, true, false or null where it is one, else the text itself."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, dict | list) else value


CONVERTED: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "query": _assignments,
        "body": _assignments,
        "nth": list,
        "retry_after": _value,
    }
)
