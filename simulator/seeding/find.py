"""Where recipes are: beside the package in a checkout, inside it in an installed wheel, or any TOML file."""

from pathlib import Path

import simulator
from simulator.wording import did_you_mean, echo, listed

PACKAGE = Path(simulator.__file__).parent


class RecipeError(ValueError):
    """A recipe is not there or does not stand up. The message is one line, fit for a terminal."""


def folder() -> Path:
    """The folder of the shipped recipes."""
    return next(place for place in (PACKAGE / "fixtures", PACKAGE.parent / "fixtures") if place.is_dir())


def shipped() -> list[str]:
    return sorted(path.stem for path in folder().glob("*.toml"))


def find(name_or_path: str) -> Path:
    """The file of a shipped recipe's name, or the path itself when it ends in .toml, there or not."""
    if name_or_path.endswith(".toml"):
        return Path(name_or_path)
    names = shipped()
    if name_or_path not in names:
        hint = did_you_mean(name_or_path, names)
        raise RecipeError(
            f"unknown recipe {echo(name_or_path)}.{hint} Shipped recipes: {listed(names)}; or give a .toml file"
        )
    return folder() / f"{name_or_path}.toml"
