"""Amounts and times as Trace's bodies write them: which texts are accepted, and what each stands for."""

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from simulator.ledger.money import DECIMAL_PATTERN
from simulator.times import parse_iso, to_utc

_is_decimal = re.compile(DECIMAL_PATTERN).fullmatch
MOST_KEPT = 16_384
"""Prices, rates, taxes and birthdays come again and again: what so many of them stand for is kept, and shared."""


@lru_cache(MOST_KEPT)
def amount(text: str) -> Decimal:
    """A plain decimal. Raises ValueError for anything else."""
    if not _is_decimal(text):
        raise ValueError(
            'must be a plain decimal such as "10.00", with at most 9 digits before the point and 4 after'
        )
    return Decimal(text)


def utc(text: str) -> datetime:
    """GAP(utc-required): an offset is converted to UTC; a time without any zone is refused."""
    moment = parse_iso(text)
    if moment.tzinfo is None:
        raise ValueError("must say its zone, as in 2022-05-26T15:44:00Z")
    return to_utc(moment)


def local(text: str) -> datetime:
    """A time without a zone. Raises ValueError for anything else."""
    moment = parse_iso(text)
    if moment.tzinfo is not None:
        raise ValueError("must be a local time without a zone, as in 2022-05-26T15:44:00")
    return moment


@lru_cache(MOST_KEPT)
def birthday(text: str) -> datetime:
    """A time with a zone or without. Raises ValueError for anything else."""
    return to_utc(parse_iso(text))
