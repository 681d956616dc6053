"""The served path nearest to one that is not."""

from collections.abc import Sequence

from simulator.wording import nearest


def nearest_path(path: str, served: Sequence[str]) -> str | None:
    """A path with a slash too many, one that is only begun, or one that is misspelt; None when nothing is close.

    `served` has templates such as `/{state}/v1/sales`; a parameter stands for whatever the path has in its place.
    """
    bare = path.rstrip("/")
    filled = {_filled(template, bare): template for template in served}
    if bare in filled:
        return filled[bare]
    begun = next((full for full in filled if bare and full.startswith(f"{bare}/")), None)
    close = begun or nearest(path, filled, most=len(filled))
    return None if close is None else filled[close]


def _filled(template: str, path: str) -> str:
    """The template with its parameters as the path has them, as far as it goes."""
    parts = path.split("/")
    return "/".join(
        parts[index] if part.startswith("{") and index < len(parts) else part
        for index, part in enumerate(template.split("/"))
    )
