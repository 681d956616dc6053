"""Requests that are wrong before the ledger is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from pydantic import ValidationError

from simulator.wording import did_you_mean, echo


class WireError(Exception):
    """`status` and a message fit for the client; the façade puts it in its own body."""

    def __init__(self, status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers
        super().__init__(message)


def bad_request(message: str) -> WireError:
    return WireError(HTTPStatus.BAD_REQUEST, message)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the shape of a request. `kind` is pydantic's name for it, `given` what was sent."""

    kind: str
    path: str
    message: str
    given: Any


class Misshapen(Exception):  # noqa: N818 - what the request is
    """The query or the body is not of the documented shape; every fault is listed."""

    def __init__(self, part: Literal["query", "body"], error: ValidationError) -> None:
        self.part = part
        self.faults = _told_once(
            [_fault(problem) for problem in error.errors(include_url=False, include_context=False)]
        )
        super().__init__("; ".join(fault.message for fault in self.faults))


def _told_once(faults: list[Fault]) -> list[Fault]:
    """Without "too short" of a list whose items are what is wrong: pydantic counts only the good ones."""
    paths = [fault.path for fault in faults]
    return [
        fault
        for fault in faults
        if fault.kind != "too_short" or not any(path.startswith(f"{fault.path}[") for path in paths)
    ]


def _fault(problem: Mapping[str, Any]) -> Fault:
    path = join_path(problem["loc"])
    given = problem["input"]
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "missing":
        hint = did_you_mean(str(problem["loc"][-1]), given) if isinstance(given, dict) else ""
        message = f"is required.{hint}"
    elif problem["type"] not in ("json_invalid", "value_error"):
        message = f"{message[0].lower()}{message[1:]}, not {echo(given)}"
    elif problem["type"] == "value_error":
        message = f"{message}, not {echo(given)}"
    return Fault(problem["type"], path, message, given)


def join_path(keys: Sequence[str | int]) -> str:
    """`("sales", 0, "totals", "total")` is `sales[0].totals.total`."""
    path = ""
    for key in keys:
        path += f"[{key}]" if isinstance(key, int) else f".{key}" if path else str(key)
    return path
