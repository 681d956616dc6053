"""How receipts are kept: packed into a few hundred bytes each, opened when somebody asks.

A receipt as objects takes more than a kilobyte; a shop has them by the million, and most are only ever counted, sorted
and listed. What lists, filters and sorts ask for stands first, so that it can be read without the rest: the `Summary`.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec
from msgspec import Struct

from simulator.ledger.customers import CustomerType
from simulator.ledger.model import Identification, Line, Payment, Receipt, ReceiptState, StateChange, Tax
from simulator.ledger.shared import Shared, SharedTaxes
from simulator.ledger.trace_ids import trace_key
from simulator.times import as_if_utc, without_zone


class PackedReceipt(Struct, gc=False, eq=False):
    """One receipt as it stands; a change makes another. `recorded` is in seconds since 1970.

    `shown` is for whoever shows receipts: what they once made of this one, which stays true as long as it is this one;
    `shown_with` is what they made of it and of many others.
    """

    id: int
    recorded: float
    data: bytes
    shown: bytes | None = None
    shown_with: bytes = b""


class _Identification(Struct, array_like=True, gc=False):
    type_id: str
    value: str
    birthday: datetime | None


class Summary(Struct, array_like=True, frozen=True, gc=False):
    """What is asked of a receipt where there are many: as `Receipt` says it, `net` and `packages` worked out."""

    id: int
    own_number: str | None
    state: ReceiptState
    customer_type: CustomerType
    local_time_as_utc: datetime
    recorded_at: datetime
    modified_at: datetime
    archived_at: datetime | None
    recorded_by: str
    packages: int
    net: Decimal
    packed_identifications: msgspec.Raw

    @property
    def number(self) -> str:
        return usual_number(self.id) if self.own_number is None else self.own_number

    @property
    def local_time(self) -> datetime:
        return without_zone(self.local_time_as_utc)

    @property
    def identifications(self) -> tuple[Identification, ...]:
        packed = _decode_identifications(self.packed_identifications)
        return tuple([Identification(each.type_id, each.value, each.birthday) for each in packed])


class Sold(Struct, array_like=True, gc=False):
    """What purchases ask of a line."""

    id: int
    lot_id: int
    quantity: Decimal


class _Line(Sold, array_like=True, gc=False):
    unit_price: Decimal
    discount: Decimal | None
    taxes: int | bytes
    total: Decimal
    refunded: Decimal


class _Payment(Struct, array_like=True, gc=False):
    type_id: int | str
    amount: Decimal
    id: str | None
    provider_name: str | None


class _Change(Struct, array_like=True, gc=False):
    what: int | tuple[str, str, str]
    at: datetime


class Whole(Summary, array_like=True, frozen=True, gc=False):
    """A summary, and behind it the rest in one piece, which costs nothing to pass over."""

    rest: bytes


class RestBeforeLines(Struct, array_like=True, gc=False):
    """How the rest begins."""

    trace_key: bytes | None
    own_trace_id: str | None
    external_id: str | None
    customer_type_id: int | str
    terminal: int | str
    sold_at: datetime
    out_of_state: bool
    employee_id: int | str

    @property
    def trace_id(self) -> str:
        return self.trace_key.hex() if self.trace_key else self.own_trace_id or ""


class _RestUpToLines(RestBeforeLines, array_like=True, gc=False):
    """As much of it as purchases ask for."""

    lines: tuple[Sold, ...]


class _Rest(_RestUpToLines, array_like=True, gc=False):
    lines: tuple[_Line, ...]
    currency_id: int | str
    subtotal: Decimal
    quantity: Decimal
    total: Decimal
    payments: tuple[_Payment, ...]
    history: tuple[_Change, ...]


class Bought(NamedTuple):
    """What a receipt says of its customer's purchases."""

    state: ReceiptState
    sold_at: datetime
    lines: tuple[Sold, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode_summary = msgspec.msgpack.Decoder(Summary).decode
_decode_identifications = msgspec.msgpack.Decoder(tuple[_Identification, ...]).decode
decode_whole = msgspec.msgpack.Decoder(Whole).decode
_decode_rest = msgspec.msgpack.Decoder(_Rest).decode
_decode_rest_up_to_lines = msgspec.msgpack.Decoder(_RestUpToLines).decode


def summary_of(packed: PackedReceipt) -> Summary:
    return _decode_summary(packed.data)


def summaries_of(rows: Iterable[PackedReceipt]) -> list[Summary]:
    """All rows are read before all bytes: those are far apart in memory, and so it is waited for many at a time."""
    return list(map(_decode_summary, [row.data for row in rows]))


def bought_of(packed: PackedReceipt) -> Bought:
    """A quarter of the price of opening all of it."""
    whole = decode_whole(packed.data)
    rest = _decode_rest_up_to_lines(whole.rest)
    return Bought(whole.state, rest.sold_at, rest.lines)


def usual_number(receipt_id: int) -> str:
    """GAP(receipt-number): samples differ; T3's is its id in nine digits."""
    return str(receipt_id).zfill(9)


class Packing:
    """Packs and opens the receipts of one license. Its books have it in common with all their forks, in any thread."""

    def __init__(self, license_number: str) -> None:
        self._license_number = license_number
        self._words: Shared[str] = Shared()
        self._changes: Shared[tuple[str, str, str]] = Shared()
        self._taxes = SharedTaxes()

    def pack(self, receipt: Receipt) -> PackedReceipt:
        word, what, taxes = self._words, self._changes, self._taxes.number
        id_, trace_id = receipt.id, receipt.trace_id
        key = trace_key(trace_id)
        rest = _encode(
            (
                key,
                None if key else trace_id,
                receipt.external_id,
                word[receipt.customer_type_id],
                word[receipt.terminal],
                receipt.sold_at,
                receipt.out_of_state,
                word[receipt.employee_id],
                [
                    (
                        line.id,
                        line.lot_id,
                        line.quantity,
                        line.unit_price,
                        line.discount,
                        taxes(line.taxes),
                        line.total,
                        line.refunded,
                    )
                    for line in receipt.lines
                ],
                word[receipt.currency_id],
                receipt.subtotal,
                receipt.quantity,
                receipt.total,
                [(word[each.type_id], each.amount, each.id, each.provider_name) for each in receipt.payments],
                [(what[each.state, each.reason, each.actioned_by], each.at) for each in receipt.history],
            )
        )
        data = _encode(
            (
                id_,
                None if receipt.number == usual_number(id_) else receipt.number,
                receipt.state,
                receipt.customer_type,
                as_if_utc(receipt.local_time),
                receipt.recorded_at,
                receipt.modified_at,
                receipt.archived_at,
                receipt.recorded_by,
                receipt.packages,
                receipt.net,
                [(each.type_id, each.value, each.birthday) for each in receipt.identifications],
                rest,
            )
        )
        return PackedReceipt(id_, receipt.recorded_at.timestamp(), data)

    def unpack(self, packed: PackedReceipt) -> Receipt:
        """The receipt, with all its parts."""
        whole = decode_whole(packed.data)
        rest, word = _decode_rest(whole.rest), self._word
        return Receipt(
            whole.id,
            rest.trace_id,
            self._license_number,
            whole.number,
            whole.state,
            whole.customer_type,
            word(rest.customer_type_id),
            rest.external_id,
            word(rest.terminal),
            rest.sold_at,
            whole.local_time,
            rest.out_of_state,
            whole.identifications,
            word(rest.employee_id),
            tuple(
                [
                    Line(
                        line.id,
                        line.lot_id,
                        line.quantity,
                        line.unit_price,
                        line.discount,
                        self._taxes[line.taxes],
                        line.total,
                        line.refunded,
                    )
                    for line in rest.lines
                ]
            ),
            word(rest.currency_id),
            rest.subtotal,
            rest.quantity,
            rest.total,
            tuple(
                [
                    Payment(word(each.type_id), each.amount, each.id, each.provider_name)
                    for each in rest.payments
                ]
            ),
            whole.recorded_at,
            whole.recorded_by,
            whole.modified_at,
            tuple([self._change(each) for each in rest.history]),
            whole.archived_at,
        )

    def taxes(self, number: int | bytes) -> tuple[Tax, ...]:
        """The taxes of a line, as it has them packed."""
        return self._taxes[number]

    def _word(self, word: int | str) -> str:
        return word if isinstance(word, str) else self._words.values_met[word]

    def _change(self, change: _Change) -> StateChange:
        what = change.what
        state, reason, actioned_by = self._changes.values_met[what] if isinstance(what, int) else what
        return StateChange(state, change.at, reason, actioned_by)
