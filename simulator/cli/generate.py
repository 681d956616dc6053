"""`simulator generate`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from simulator.cli.common import ends_on_sigterm, fail, read_settings, settings_options
from simulator.writing import whole_file

if TYPE_CHECKING:
    from simulator.seeding.plan import Plan

FORMATS = ("ndjson", "csv", "snapshot", "trace-posts", "t3-pages")
STDOUT = "-"


@click.command()
@click.argument("recipe", metavar="RECIPE")
@settings_options("seed", "receipts", "days", "shops", "now")
@click.option(
    "--out", default=STDOUT, metavar="PATH", help="File to write; - is standard output. [default: -]"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="ndjson",
    help="What to write. [default: ndjson]",
)
def generate(recipe: str, out: str, format_: str, **options: Any) -> None:
    """Write what RECIPE grows into: the same bytes for the same seed and moment.

    \b
    ndjson       one JSON object a line: licenses, employees, receipts, lots
    csv          T3's sales report, with all its fields
    snapshot     a world to serve: simulator serve --recipe FILE.snapshot
    trace-posts  bodies for POST /{state}/v1/sales that this recipe's world takes next
    t3-pages     T3's lists of active and inactive receipts, one page of 500 a line
    """  # noqa: D301 - the backslash is click's mark of lines that stay as they are
    from simulator.clock import Clock
    from simulator.formats.book import FORMATS
    from simulator.seeding.find import RecipeError
    from simulator.seeding.plan import Plan
    from simulator.seeding.recipe import load

    settings = read_settings({**options, "recipe": recipe})
    ends_on_sigterm()
    try:
        plan = Plan(
            load(settings.recipe),
            settings.seed,
            settings.now or Clock().now(),
            settings.now is not None,
            settings.receipts,
            settings.days,
            settings.shops,
        )
        with _progress(plan) as watched, _output(out) as file:
            for piece in FORMATS[format_](watched):
                file.write(piece)
    except RecipeError as error:
        fail(str(error))
    except BrokenPipeError:
        # Whoever read it has enough. Python's own flush at exit would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        fail(
            f"cannot write {'to standard output' if out == STDOUT else out or repr(out)}: {error.strerror or error}"
        )


@contextmanager
def _output(out: str) -> Iterator[BinaryIO]:
    """Standard output, or a file that is there when it is whole."""
    if out == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(out)) as file:
        yield file


@contextmanager
def _progress(plan: "Plan") -> Iterator["Plan"]:
    """The plan, with a bar on the terminal while it grows; nothing where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield plan
        return
    with click.progressbar(length=plan.expected, label=plan.recipe.name, file=sys.stderr) as bar:
        yield replace(plan, progress=bar.update)
