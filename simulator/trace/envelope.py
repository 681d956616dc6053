"""Trace's envelope: `results` of type object or array, `records` where there are pages, `warnings` always."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from starlette.requests import Request

from simulator.ledger.warnings import SaleWarning
from simulator.trace.params import PageQuery
from simulator.wire.answer import Answer, json_answer

JSON = dict[str, Any]
Shown = JSON | Struct
"""What is written as a JSON object."""
Row = TypeVar("Row")


def _answer(results: JSON, warnings: Iterable[SaleWarning] = ()) -> Answer:
    shown = [{"type": each.type, "detail": each.detail} for each in warnings]
    return json_answer({"results": results, "warnings": shown})


def one(data: Shown, warnings: Iterable[SaleWarning] = ()) -> Answer:
    return _answer({"type": "object", "data": data}, warnings)


def several(data: Sequence[Shown], warnings: Iterable[SaleWarning] = ()) -> Answer:
    return _answer({"type": "array", "data": list(data)}, warnings)


def page(request: Request, query: PageQuery, rows: Sequence[Row], show: Callable[[Row], Shown]) -> Answer:
    """`limit` rows from `offset`, with the absolute URLs of the pages beside.

    GAP(list-elements): `data` is an array of objects, though one page calls it an array of arrays.

    GAP(records-count): one sample, "0 - 100" of 437, is all there is; here it is offset and end, both within total.
    """
    total, start = len(rows), query.offset
    end = min(start + query.limit, total)
    records = {
        "count": f"{min(start, total)} - {end}",
        "total": total,
        "previous": _url(request, max(min(start, total) - query.limit, 0)) if start > 0 else None,
        "next": _url(request, end) if end < total else None,
    }
    data = [show(row) for row in rows[start:end]]
    return _answer({"type": "array", "records": records, "data": data})


def _url(request: Request, offset: int) -> str:
    """GAP(page-urls): the request's own URL, absolute, with another offset; no sample of one is readable."""
    return str(request.url.include_query_params(offset=offset))
