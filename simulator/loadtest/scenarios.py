"""Which scenarios there are: the files in `loadtests`, beside the package in a checkout, inside it in a wheel."""

import ast
from pathlib import Path

import simulator
from simulator.wording import did_you_mean, echo, listed

PACKAGE = Path(simulator.__file__).parent


class NoSuchScenario(ValueError):  # noqa: N818 - a refusal, as elsewhere
    """The message is one line that names those there are."""


def folder() -> Path:
    """The folder of the shipped scenarios."""
    return next(place for place in (PACKAGE / "loadtests", PACKAGE.parent / "loadtests") if place.is_dir())


def shipped() -> list[str]:
    return sorted(path.stem for path in folder().glob("[!_]*.py"))


def find(name_or_path: str) -> Path:
    """The file of a shipped scenario's name, or the path itself when it ends in .py. Raises NoSuchScenario."""
    if name_or_path.endswith(".py"):
        if not Path(name_or_path).is_file():
            raise NoSuchScenario(f"there is no file {name_or_path!r}")
        return Path(name_or_path)
    names = shipped()
    if name_or_path not in names:
        hint = did_you_mean(name_or_path, names)
        raise NoSuchScenario(
            f"unknown scenario {echo(name_or_path)}.{hint} Scenarios: {listed(names)}; or give a .py file"
        )
    return folder() / f"{name_or_path}.py"


def about(path: Path) -> str:
    """The first line of its docstring. The file is read and not run, as to run it imports Locust."""
    docstring = ast.get_docstring(ast.parse(path.read_bytes())) or ""
    return docstring.partition("\n")[0]
