"""Reading the bodies of sales: in one stride where all is as documented, else by the model, which finds the words."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder
from pydantic import BaseModel, TypeAdapter

from simulator.ledger.commands import LineDraft, SaleDraft
from simulator.ledger.model import Identification, Payment, Tax
from simulator.trace.actions import Asked, asked
from simulator.trace.schemas import SALES, UPDATE, UPDATES, SaleIn, SalesIn, TaxIn
from simulator.trace.shapes import struct_of
from simulator.trace.texts import amount, birthday, local, utc

Sent = TypeVar("Sent")
Understood = TypeVar("Understood")

NUL = rb"\u0000"
"""How JSON writes the one character that no text may have."""
TAXES_KEPT = 4096
"""The same taxes stand on line after line: what so many of them are is kept, and shared."""
DOUBTS = (MsgspecError, ValueError, LookupError, RecursionError)


class Read(Struct, Generic[Understood], frozen=True):
    """A body in the ledger's terms, and the paths of those keys in it that are not documented."""

    sent: Understood
    ignored: Sequence[str] = ()


def read_sales(body: bytes) -> Read[tuple[SaleDraft, ...]]:
    """Raises pydantic's ValidationError for what are no sales."""
    return _read(body, _SALES.decode, drafts, SALES)


def read_update(body: bytes) -> Read[Asked]:
    """Raises pydantic's ValidationError for what is no update."""
    return _read(body, _decode_update, asked, UPDATE)


def _read(
    body: bytes,
    decode: Callable[[bytes], Any],
    understand: Callable[[Any], Understood],
    adapter: TypeAdapter[Any],
) -> Read[Understood]:
    """`understand` takes a struct or the model just like it, and raises ValueError for a text that says nothing."""
    if NUL not in body:
        try:
            return Read(understand(decode(body)))
        except DOUBTS:
            pass
    sent = adapter.validate_json(body)
    return Read(understand(sent), tuple(ignored_keys(sent)))


_SALES: Decoder[Any] = Decoder(struct_of(SalesIn))
_UPDATES: Mapping[str, Decoder[Any]] = MappingProxyType(
    {action_id: Decoder(struct_of(model)) for action_id, model in UPDATES.items()}
)


class _Action(Struct, gc=False):
    id: str


class _AnyUpdate(Struct, gc=False):
    """What tells one update from another."""

    actions: _Action


_ANY_UPDATE = Decoder(_AnyUpdate)


def _decode_update(body: bytes) -> Any:
    return _UPDATES[_ANY_UPDATE.decode(body).actions.id].decode(body)


def drafts(body: SalesIn) -> tuple[SaleDraft, ...]:
    """The sales of a body in the ledger's terms. Raises ValueError for an amount or a time that is none."""
    return tuple(map(draft, body.sales))


@lru_cache(TAXES_KEPT)
def taxes(sent: tuple[TaxIn, ...]) -> tuple[Tax, ...]:
    """The taxes of a line, the same for equal ones."""
    return tuple([Tax(tax.type.id, tax.name, amount(tax.rate), amount(tax.total)) for tax in sent])


def draft(body: SaleIn) -> SaleDraft:
    """A sale of the body in the ledger's terms."""
    created_at, totals = body.created_at, body.totals
    return SaleDraft(  # by place, as it is quicker
        body.license.license_number,
        body.customer_types.id,
        body.terminal,
        utc(created_at.date),
        local(created_at.local_time),
        body.out_of_state_sale,
        tuple(
            [
                Identification(
                    each.types.id, each.id, None if each.birthday is None else birthday(each.birthday)
                )
                for each in body.identifications
            ]
        ),
        body.employees.id,
        tuple(
            [
                LineDraft(
                    line.lot.id,
                    amount(line.quantity),
                    amount(line.unit_price),
                    amount(line.total),
                    None if line.discount is None else amount(line.discount),
                    taxes(line.taxes),
                )
                for line in body.line_items
            ]
        ),
        body.currency.id,
        amount(totals.subtotal),
        amount(totals.quantity),
        amount(totals.total),
        tuple(
            [
                Payment(each.type.id, amount(each.amount), each.id, each.provider_name)
                for each in body.payments
            ]
        ),
        body.external_id,
    )


def ignored_keys(part: BaseModel, path: str = "") -> list[str]:
    """Paths of the keys in a body that the documented shape does not have."""
    prefix = f"{path}." if path else ""
    found = [prefix + key for key in part.model_extra or {}]
    for name, value in part:
        if isinstance(value, BaseModel):
            found += ignored_keys(value, prefix + name)
        elif isinstance(value, tuple):
            for index, each in enumerate(value):
                if isinstance(each, BaseModel):
                    found += ignored_keys(each, f"{prefix}{name}[{index}]")
    return found
