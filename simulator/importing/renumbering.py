"""Receipt ids and receipt numbers of an anonymised license: moved by one keyed distance, so that their order stays."""

from collections.abc import Iterator
from itertools import islice

from simulator.importing.replacing import Replacing
from simulator.importing.shops import Shop
from simulator.importing.told import Told

TRIES = 50
SHORTEST, SPAN = 10_000_000, 800_000_000
LOOKED_AT = 2000
"""Ids that are tried against the originals; what holds for so many holds for all but a few."""


def distance(shop: Shop, originals: frozenset[int], replacing: Replacing) -> int:
    """How far the license's ids are moved: such that none of them is an original, nor, where it can be, holds one."""
    ids = sorted({id_ for told in shop.told for id_ in receipt_ids(told)})
    far = SHORTEST
    for attempt in range(TRIES):
        drawn = replacing.draw(f"distance {attempt}", shop.number, 8)
        far = SHORTEST + int.from_bytes(bytes(drawn)) % SPAN
        if not any(id_ + far in originals for id_ in ids) and not any(
            replacing.tells(numbered(id_ + far)) for id_ in islice(ids, LOOKED_AT)
        ):
            return far
    while any(id_ + far in originals for id_ in ids):
        far += 1
    return far


def receipt_ids(told: Told) -> Iterator[int]:
    """The T3 id of a receipt, and its number where that is one too."""
    if told.id is not None:
        yield told.id
    if told.number is not None and is_counted(told.number):
        yield int(told.number)


def is_counted(number: str) -> bool:
    """Whether a receipt number is a count, as all known ones are."""
    return number.isascii() and number.isdigit()


def numbered(id_: int) -> str:
    """A receipt number as T3 writes it."""
    return f"{id_:09}"
