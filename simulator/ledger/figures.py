"""The figures of many receipts, left as the text they are kept as: a fifth of the price of opening all of it.

What shops sell is the same again and again, so whoever adds it up can know most lines by their text.
"""

import msgspec
from msgspec import Struct

from simulator.ledger.packing import PackedReceipt, RestBeforeLines, Summary, decode_whole


class LineFigures(Struct, array_like=True, gc=False):
    """A line; `taxes` is what `Packing.taxes` takes."""

    id: int
    lot_id: int
    quantity: str
    unit_price: str
    discount: str | None
    taxes: int | bytes
    total: str
    refunded: str


class Figures(RestBeforeLines, array_like=True, gc=False):
    """What a receipt says of itself and its lines, but for payments and history."""

    lines: tuple[LineFigures, ...]
    currency_id: int | str
    subtotal: str
    quantity: str
    total: str


_decode = msgspec.msgpack.Decoder(Figures).decode


def figures_of(packed: PackedReceipt) -> tuple[Summary, Figures]:
    whole = decode_whole(packed.data)
    return whole, _decode(whole.rest)
