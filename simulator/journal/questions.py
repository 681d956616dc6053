"""What the journal can be asked: one model, which is the query of the control API, and what each of its keys means."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import unquote_plus

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator

from simulator.journal.entry import Entry, Told
from simulator.query.globs import glob, never_fits
from simulator.wording import listed

Test = Callable[[Entry], bool]
STATUS = r"^([1-5][0-9][0-9]|[1-5]xx|none)$"
STATUS_LIKE = re.compile(STATUS)
LARGEST = 10**15
"""No number of an entry or a receipt is larger, and a double still holds it exactly."""


def _status_sent(value: object) -> object:
    """In Python a status may be a number."""
    text = str(value) if isinstance(value, int) else value
    if text is not None and not (isinstance(text, str) and STATUS_LIKE.fullmatch(text)):
        raise ValueError("must be a code such as 504, a class such as 5xx, or none")
    return text


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class Question(BaseModel):
    """Which entries are meant: those that fulfil every key given. An unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    api: Literal["t3", "trace"] | None = Field(None, description="The API that was asked.")
    operation: str | None = Field(None, description="The operationId, such as v2_sales_void_post.")
    method: Annotated[
        Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] | None, BeforeValidator(_upper)
    ] = Field(None, description="The method, in upper or lower case.")
    path: str | None = Field(
        None, description="The path within the world: a glob, in which * stands for any text, slashes too."
    )
    username: str | None = Field(None, description="Who asked, by user name.")
    license_number: str | None = Field(None, description="A license that the request named.")
    status: Annotated[
        str | None, BeforeValidator(_status_sent), WithJsonSchema({"type": "string", "pattern": STATUS})
    ] = Field(None, description="The status sent: 504, a class such as 5xx, or none.")
    told: Told | None = Field(None, description="What reached the client: answer, broken or nothing.")
    fault: str | None = Field(None, description="The name of a fault that struck.")
    unmatched: bool | None = Field(
        None, description="true: only what no route took; false: only what one did."
    )
    since: int | None = Field(None, ge=0, le=LARGEST, description="Entries with a number above this one.")
    external_id: str | None = Field(None, description="Of a receipt that the request changed.")
    receipt_id: int | None = Field(
        None, ge=0, le=LARGEST, description="T3's id of a receipt that the request changed."
    )
    receipt_number: str | None = Field(
        None, description="The number of a receipt that the request changed, such as 000060071."
    )
    trace_id: str | None = Field(None, description="Trace's id of a receipt that the request changed.")
    contains: str | None = Field(
        None, description="Text in the body or the query of the request, in its case."
    )
    limit: int | None = Field(None, ge=1, le=LARGEST, description="At most so many; all when not given.")
    newest_first: bool = Field(False, description="The newest first, and with `limit` the newest.")

    @field_validator("path")
    @classmethod
    def _can_match(cls, path: str | None) -> str | None:
        if path is not None and (why := never_fits(path)):
            raise ValueError(why)
        return path

    def matches(self, entry: Entry) -> bool:
        return all(test(entry) for test in self._tests.values())

    def differences(self, entry: Entry) -> tuple[str, ...]:
        """Why an entry is not meant: a few words for each key it does not fulfil, such as `status is 504, not 2xx`."""
        return tuple(
            f"{key} is {ACTUAL[key](entry)}, not {getattr(self, key)}" if key in ACTUAL else NOT_TOGETHER
            for key, test in self._tests.items()
            if not test(entry)
        )

    @cached_property
    def _tests(self) -> Mapping[str, Test]:
        asked = {key: getattr(self, key) for key in type(self).model_fields}
        tests = {key: make(asked[key]) for key, make in TESTS.items() if asked[key] is not None}
        of_event = {key: asked[key] for key in OF_EVENT if asked[key] is not None}
        if len(of_event) > 1:
            tests["receipt"] = lambda entry: any(
                all(getattr(event, key) == value for key, value in of_event.items()) for event in entry.events
            )
        return tests


def _glob(asked: str) -> Test:
    fits = glob(asked)
    return lambda entry: fits(entry.path)


def _status(asked: str) -> Test:
    if asked == "none":
        return lambda entry: entry.status is None
    if asked.endswith("xx"):
        hundreds = int(asked[0])
        return lambda entry: entry.status is not None and entry.status // 100 == hundreds
    return lambda entry: entry.status == int(asked)


def _contains(asked: str) -> Test:
    sought = asked.encode(errors="replace")
    return lambda entry: sought in entry.body or asked in entry.query or asked in unquote_plus(entry.query)


def _of_event(key: str) -> Callable[[Any], Test]:
    return lambda asked: lambda entry: any(getattr(event, key) == asked for event in entry.events)


OF_EVENT = ("external_id", "receipt_id", "receipt_number", "trace_id")
"""Keys that ask for one receipt with all of them."""
PAGING = frozenset({"limit", "newest_first"})
NOT_TOGETHER = "no one receipt has all that is asked"

TESTS: Mapping[str, Callable[[Any], Test]] = MappingProxyType(
    {
        "api": lambda asked: lambda entry: entry.api == asked,
        "operation": lambda asked: lambda entry: entry.operation == asked,
        "method": lambda asked: lambda entry: entry.method == asked,
        "path": _glob,
        "username": lambda asked: lambda entry: entry.username == asked,
        "license_number": lambda asked: lambda entry: asked in entry.license_numbers,
        "status": _status,
        "told": lambda asked: lambda entry: entry.told is asked,
        "fault": lambda asked: lambda entry: any(fault.name == asked for fault in entry.faults),
        "unmatched": lambda asked: lambda entry: (entry.operation is None) is asked,
        "since": lambda asked: lambda entry: entry.number > asked,
        "contains": _contains,
        **{key: _of_event(key) for key in OF_EVENT},
    }
)
"""What each key asks of an entry, the value asked for being known."""


def _of_events(key: str) -> Callable[[Entry], str]:
    return lambda entry: _several(str(getattr(event, key)) for event in entry.events)


def _several(values: Iterable[str]) -> str:
    return listed(values) or "none"


ACTUAL: Mapping[str, Callable[[Entry], object]] = MappingProxyType(
    {
        "api": lambda entry: entry.api,
        "operation": lambda entry: entry.operation or "unmatched",
        "method": lambda entry: entry.method,
        "path": lambda entry: entry.path,
        "username": lambda entry: entry.username or "nobody",
        "license_number": lambda entry: _several(entry.license_numbers),
        "status": lambda entry: entry.status or "none",
        "told": lambda entry: entry.told,
        "fault": lambda entry: _several(fault.name for fault in entry.faults),
        "unmatched": lambda entry: entry.operation is None,
        "since": lambda entry: entry.number,
        "contains": lambda _entry: "other text",
        **{key: _of_events(key) for key in OF_EVENT},
    }
)
"""What an entry has instead, for the words about a near miss."""
