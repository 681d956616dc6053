"""Flags that say which requests of the journal are meant."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

SHOWN = 50
"""How many entries people see when they do not say how many."""

F = TypeVar("F", bound=Callable[..., None])

QUESTION: tuple[tuple[str, str, Any, str], ...] = (
    ("--api", "api", click.Choice(("t3", "trace")), "The API that was asked."),
    ("--operation", "operation", str, "The operationId, such as state_v1_sales_post."),
    ("--method", "method", str, "The method."),
    ("--path", "path", str, "The path within the world; * is any text."),
    ("--username", "username", str, "Who asked."),
    ("--license", "license_number", str, "A license that the request named."),
    ("--status", "status", str, "The status sent: 504, a class such as 5xx, or none."),
    ("--told", "told", click.Choice(("answer", "broken", "nothing")), "What reached the client."),
    ("--fault", "fault", str, "The name of a fault that struck."),
    ("--since", "since", int, "Entries with a number above this one."),
    ("--external-id", "external_id", str, "Of a receipt that the request changed."),
    ("--receipt-id", "receipt_id", int, "T3's id of such a receipt."),
    ("--receipt-number", "receipt_number", str, "The number of such a receipt."),
    ("--trace-id", "trace_id", str, "Trace's id of such a receipt."),
    ("--contains", "contains", str, "Text in the body or the query."),
)


def question_options(command: F) -> F:
    """The flags that say which entries are meant."""
    for flag, key, kind, text in reversed(QUESTION):
        command = click.option(flag, key, type=kind, help=text)(command)
    matched = click.option(
        "--unmatched/--matched", "unmatched", default=None, help="Only what no route took, or only the rest."
    )
    return matched(command)


def page_options(command: F) -> F:
    """How many entries, and in which order."""
    command = click.option("--newest-first", is_flag=True, default=None, help="The newest first.")(command)
    limit = click.option(
        "--limit", type=int, help=f"At most so many, the latest. [default: {SHOWN}, or with --json all]"
    )
    return limit(command)
