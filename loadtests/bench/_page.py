"""Where benchmarks write: each its own part of docs/performance.md, and of the JSON file beside it."""

import argparse
import json
import os
import platform
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def options(document: str | None) -> argparse.ArgumentParser:
    """What the benchmarks' command lines have in common."""
    arguments = argparse.ArgumentParser(
        description=document, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--write", action="store_true", help="write the page and the results beside it")
    arguments.add_argument("--page", type=Path, default=PAGE, help="the page to write, if not the project's")
    return arguments


def tell(part: str, text: str, *, write: bool, page: Path = PAGE, results: Any = None) -> None:
    """Print it, and put it between the marks of this part of the page, and the results beside the page."""
    print(text)  # noqa: T201 - this is what it is for
    if not write:
        return
    told = page.read_text(encoding="utf-8")
    start, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->"
    before, found, rest = told.partition(start)
    if not found:
        raise ValueError(f"{page} has no part {part}")
    page.write_text(f"{before}{start}\n{text}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")
    if results is not None:
        beside = {**results_of(page), part: results}
        text = json.dumps(beside, indent=1, sort_keys=True, allow_nan=True)
        page.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


def results_of(page: Path) -> dict[str, Any]:
    """What has been measured so far, part by part."""
    file = page.with_suffix(".json")
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return told


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        "|---" * len(heads) + "|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
