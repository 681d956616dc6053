"""`simulator snapshot`."""

import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click

from simulator.cli.common import ends_on_sigterm, fail
from simulator.cli.remote import Remote, once, remote
from simulator.cli.tables import counted, size, table, to_the_second

STDOUT = "-"


@click.group()
def snapshot() -> None:
    """Save moments of a world, and return to them."""


@snapshot.command()
@click.argument("name", required=False)
@click.option("--replace", is_flag=True, help="Take the place of the snapshot of this name.")
@remote
def save(at: Remote, name: str | None, *, replace: bool) -> None:
    """Name this moment. The server names it when you do not."""
    from simulator.client import SimulatorError

    named = {} if name is None else {"name": name}
    try:
        told = at.world.control.post("/snapshots", {**named, "replace": replace})
    except SimulatorError as error:
        fail(str(error).replace("say replace", "say --replace"))
    at.tell(told, lambda: f"Saved as {_shown(told)}")


@snapshot.command("list")
@remote
def list_(at: Remote) -> None:
    """List the moments that were named."""
    told = at.world.control.get("/snapshots")
    rows = [
        (each["name"], to_the_second(each["now"]), each["events"], each["receipts"])
        for each in told["snapshots"]
    ]
    at.tell(told, lambda: table(("name", "now", "events", "receipts"), rows, "No snapshots."))


@snapshot.command()
@click.argument("name")
@remote
def restore(at: Remote, name: str) -> None:
    """Be as at that moment; the snapshot stays."""
    from simulator.client.control import part

    told = at.world.control.post(f"/snapshots/{part(name)}/restore")
    at.tell(told, lambda: f"{at.world.name} is as at {_shown(told)}")


@snapshot.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@remote
def forget(at: Remote, names: tuple[str, ...]) -> None:
    """Forget moments, all of them, or none when one is not there; the world stays as it is."""
    from simulator.wording import did_you_mean, echo

    several = once(names)
    there = [moment.name for moment in at.world.snapshots.list()]
    for name in several:
        if name not in there:
            fail(f"There is no snapshot {echo(name)}.{did_you_mean(name, there)}")
    for name in several:
        at.world.snapshots.forget(name)
    at.tell_each([{"forgotten": name} for name in several], f"Forgotten: {', '.join(several)}.")


@snapshot.command("export")
@click.argument("name")
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--force", is_flag=True, help="Replace the file that is there already.")
@remote
def export(at: Remote, name: str, file: str | None, *, force: bool) -> None:
    """Write a snapshot to a FILE, to serve, import or keep; - is standard output. [default: NAME.snapshot]"""
    from simulator.client.control import part

    if file == STDOUT:
        at.world.control.download(f"/snapshots/{part(name)}/file", sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    path = Path(file or f"{name}.snapshot")
    if path.exists() and not force:
        fail(f"{path} is there already; replace it with --force, or name another")
    ends_on_sigterm()
    try:
        at.world.snapshots.export_file(name, path)
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror or error}")
    written = path.stat().st_size
    at.tell(
        {"exported": name, "written": str(path), "bytes": written},
        lambda: f"Wrote {size(written)} to {path}. Next: simulator serve --recipe {path}",
    )


@snapshot.command("import")
@click.argument("file")
@click.argument("name", required=False)
@click.option("--restore", "restored", is_flag=True, help="Be there at once.")
@remote
def import_(at: Remote, file: str, name: str | None, *, restored: bool) -> None:
    """Keep the moment that a snapshot FILE holds, as NAME or as the file is called."""
    from simulator.client import SimulatorError
    from simulator.client.control import part

    named = part(name or Path(file).stem)
    try:
        with Path(file).open("rb") as opened:
            told = at.world.control.upload(f"/snapshots/{named}/file", opened)
    except OSError as error:
        fail(f"cannot read {file}: {error.strerror or error}")
    except SimulatorError as error:
        # Without a status, or with that of a token, it is not about the file.
        if error.status != HTTPStatus.BAD_REQUEST:
            raise
        fail(f"{file}: {error}")
    if restored:
        at.world.control.post(f"/snapshots/{named}/restore")
    words = f"{at.world.name} is as at" if restored else "Kept as"
    at.tell(told, lambda: f"{words} {_shown(told)}")


def _shown(told: Mapping[str, Any]) -> str:
    return f"{told['name']}: {to_the_second(told['now'])}, {counted(told['receipts'], 'receipt')}."
