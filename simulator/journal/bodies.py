"""Reading the bodies that the journal keeps: JSON when it is JSON, text else."""

from typing import Any, Final

import msgspec


class _NotJson:
    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON: Final = _NotJson()
MOST_LEVELS = 100
_decode = msgspec.json.Decoder().decode


def read_json(body: bytes) -> Any:
    """The value of a body, or NOT_JSON. Strict: no NaN, no half a surrogate, no great depth, so that it can be written again."""
    try:
        value = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return NOT_JSON
    if body.count(b"[") + body.count(b"{") > MOST_LEVELS and _is_deep(value):
        return NOT_JSON
    return value


def _is_deep(value: Any) -> bool:
    """Deeper than MOST_LEVELS: no request that either API takes, and too deep to be written again safely."""
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


def shown(body: bytes) -> Any:
    """A body as JSON when it is, else as text; None when there is none."""
    if not body:
        return None
    value = read_json(body)
    return body.decode("utf-8", "replace") if value is NOT_JSON else value
