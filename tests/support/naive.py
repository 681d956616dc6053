"""T3's lists as the plainest engine would answer them: every receipt opened, every one looked at, all of them sorted."""

from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

import msgspec

from simulator.ledger.model import Receipt, ReceiptState
from simulator.ledger.state import Book
from simulator.query.fields import Field
from simulator.query.lookups import LOOKUPS, PASSED_BY_NULL, sought, stored
from simulator.t3.receipts import receipts_of
from simulator.times import iso_utc
from simulator.world import World


@dataclass(frozen=True)
class Condition:
    """One filter, and in which of the two documented forms it is sent."""

    field: str
    operator: str
    value: str
    alternate: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        name = f"{self.field}__{self.operator}"
        return (f"filter:{name}", self.value) if self.alternate else ("filter", f"{name}:{self.value}")


@dataclass(frozen=True)
class Asked:
    """What is asked of a list, but for the page."""

    listed: str
    conditions: tuple[Condition, ...] = ()
    logic: str | None = None
    sort: str | None = None

    def url(self, license_number: str, page: int, size: int, *, strict: bool) -> str:
        pairs = [("licenseNumber", license_number), *(each.pair for each in self.conditions)]
        pairs += [("page", str(page)), ("pageSize", str(size))]
        pairs += [("filterLogic", self.logic)] if self.logic else []
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("strictPagination", "true")] if strict else []
        return f"/v2/sales/{self.listed}?{urlencode(pairs)}"


def page(
    world: World, license_number: str, asked: Asked, number: int, size: int, *, strict: bool
) -> bytes | None:
    """The body of the answer; None where it is a refusal."""
    book = world.ledger.books[license_number]
    rows = _rows(book, asked)
    size = min(size, 500)
    pages = ceil(len(rows) / size)
    if strict and number > max(pages, 1):
        return None
    collection, retrieved_at = receipts_of(book.license), iso_utc(world.clock.now())
    shown = rows[(number - 1) * size : number * size]
    return msgspec.json.encode(
        {
            "page": number,
            "totalPages": pages,
            "pageSize": size,
            "total": len(rows),
            "data": [collection.show(row, retrieved_at) for row in shown],
        }
    )


def _rows(book: Book, asked: Asked) -> list[Receipt]:
    wants_active = asked.listed == "active"
    rows = [row for row in book.receipts.values() if (row.state is ReceiptState.ACTIVE) is wants_active]
    rows.sort(key=lambda row: (row.recorded_at, row.id))
    if asked.conditions:
        every = any if asked.logic == "or" else all
        rows = [row for row in rows if every(_passes(row, each, book) for each in asked.conditions)]
    if asked.sort:
        name, _, direction = asked.sort.partition(":")
        rows.sort(key=lambda row: row.id)
        rows.sort(key=lambda row: _key(row, _field(name, book)), reverse=direction == "desc")
    return rows


def _field(name: str, book: Book) -> Field:
    return receipts_of(book.license).asked[name]


def _key(row: Receipt, field: Field) -> tuple[bool, Any]:
    held = stored(field.kind, field.read(row))
    return (False, 0) if held is None else (True, held)


def _passes(row: Receipt, condition: Condition, book: Book) -> bool:
    field = _field(condition.field, book)
    held = stored(field.kind, field.read(row))
    if held is None:
        return condition.operator in PASSED_BY_NULL
    value = sought(field.kind, condition.value, book.license.state.zone)
    return LOOKUPS[field.kind][condition.operator](held, value)
