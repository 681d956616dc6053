"""`simulator import`."""

import json
import shlex
from pathlib import Path
from typing import Any

import click

from simulator.cli.common import ends_on_sigterm, fail, read_settings, settings_options

STDIN = "-"


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--license", "license_number", metavar="NUMBER", help="Whose rows are that name no license.")
@click.option("--state", metavar="CODE", help="Where licenses are whose rows do not say it, such as ca.")
@click.option("--out", metavar="PATH", help="Snapshot to write. [default: the first file's name, .snapshot]")
@click.option("--force", is_flag=True, help="Replace the snapshot that is there already.")
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out and list them.")
@click.option(
    "--anonymise", is_flag=True, help="Replace people, licenses, and all their numbers, by the seed."
)
@settings_options("seed")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
def import_(files: tuple[str, ...], out: str | None, **options: Any) -> None:
    """Make a world from what you have: T3 reports and pages, Trace sales; - is standard input."""
    from simulator.importing import ImportRefused, import_files, save
    from simulator.importing.saving import check

    seed = read_settings({"seed": options["seed"]}).seed
    ends_on_sigterm()
    target = Path(out if out is not None else _default(files[0], anonymise=options["anonymise"]))
    try:
        _spare_the_files(files, target)
        check(target, force=options["force"])
        world, report = import_files(
            *files,
            license_number=options["license_number"],
            state=options["state"],
            skip_bad=options["skip_bad"],
            anonymise=options["anonymise"],
            seed=seed,
        )
        save(world, target, force=options["force"])
    except ImportRefused as refused:
        fail(str(refused))
    following = f"simulator serve --recipe {shlex.quote(str(target))}"
    if options["as_json"]:
        click.echo(json.dumps({**report.as_json(), "written": str(target), "next": following}))
        return
    click.echo("\n".join([*report.lines(), f"Written: {target}", f"Next: {following}"]))


def _default(first: str, *, anonymise: bool) -> str:
    """Beside nothing, in the current folder. Exports are often called by their license, so a file's name tells too much
    for what is anonymised.
    """
    stem = "anonymised" if anonymise else "imported" if first == STDIN else Path(first).stem
    return f"{stem}.snapshot"


def _spare_the_files(files: tuple[str, ...], target: Path) -> None:
    """What is imported is never written over."""
    from simulator.importing import ImportRefused

    if any(file != STDIN and _is_same(Path(file), target) for file in files):
        raise ImportRefused(f"{target} is one of the files to import; name another with --out")


def _is_same(file: Path, target: Path) -> bool:
    try:
        return file.samefile(target)
    except (OSError, ValueError):
        return False
