"""Reading single values, from a table's text or from JSON; what a value is not is said in a few words."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from simulator.importing.problems import BadValue, shown, unlike
from simulator.ledger.customers import CustomerType
from simulator.ledger.states import STATES
from simulator.times import parse_iso, to_utc
from simulator.wording import nearest

Reader = Callable[[object], Any]

LONGEST_TEXT = 500
LARGEST_ID = 10**15
MOST_PACKAGES = 500
LARGEST_EXPONENT, MOST_DECIMALS = 11, 10
METRC_CUSTOMERS: Mapping[str, CustomerType] = MappingProxyType(
    {
        "Consumer": CustomerType.ADULT,
        "Patient": CustomerType.PATIENT,
        "Caregiver": CustomerType.CAREGIVER,
        "ExternalPatient": CustomerType.EXTERNAL_PATIENT,
    }
)
INDEXES = ("ACTIVE_SALES_RECEIPT", "INACTIVE_SALES_RECEIPT")
HOSTS: Mapping[str, str] = MappingProxyType(
    {state.host: code for code, state in STATES.items() if state.host}
)

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?([eE][-+]?[0-9]{1,2})?")
_WHOLE = re.compile(r"[0-9]{1,40}(\.0{1,9})?")
_NO_DATE = "0001-01-01"
"""How .NET writes that there is no date."""


def text(value: object) -> str:
    if not isinstance(value, str):
        raise BadValue(f"{shown(value)} is not text in quotes")
    if len(value) > LONGEST_TEXT:
        raise BadValue(f"{shown(value)} is longer than {LONGEST_TEXT} characters")
    if "\0" in value or not _is_unicode(value):
        raise BadValue(f"{shown(value)} holds characters that are no text")
    return value


def _is_unicode(value: str) -> bool:
    """JSON can spell halves of characters, which nothing can write down again."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def name(value: object) -> str:
    """Text that must say something and can be printed, spaces around it aside."""
    said = text(value).strip()
    if not said:
        raise BadValue("there is no value")
    if not said.isprintable():
        raise BadValue(f"{shown(value)} holds characters that cannot be printed")
    return said


def amount(value: object) -> Decimal:
    """A number of at least 0, exact."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value.strip()):
            raise BadValue(f"{shown(value)} is not a number such as 12.50")
        number = Decimal(value.strip())
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = Decimal(value)
    else:
        raise BadValue(f"{shown(value)} is not a number such as 12.50")
    if number < 0:
        raise BadValue(f"{shown(value)} is below 0")
    if number.adjusted() > LARGEST_EXPONENT:
        raise BadValue(f"{shown(value)} is larger than any sale")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DECIMALS:
        raise BadValue(f"{shown(value)} has more than {MOST_DECIMALS} decimals")
    return number.copy_abs() if exponent <= 0 else number.quantize(Decimal(1))


def whole(value: object) -> int:
    written = str(value).strip() if isinstance(value, (str, int, Decimal)) else ""
    if isinstance(value, bool) or not _WHOLE.fullmatch(written):
        raise BadValue(f"{shown(value)} is not a whole number such as 1230061")
    return int(written.partition(".")[0])


def receipt_id(value: object) -> int:
    number = whole(value)
    if not 0 < number < LARGEST_ID:
        raise BadValue(f"{shown(value)} is no id: ids are from 1 and have at most 15 digits")
    return number


def packages(value: object) -> int:
    number = whole(value)
    if not 1 <= number <= MOST_PACKAGES:
        raise BadValue(f"{shown(value)} packages: a receipt has 1 to {MOST_PACKAGES}")
    return number


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "false": False}
    said = value.strip().casefold() if isinstance(value, str) else ""
    if said not in known:
        raise BadValue(f"{shown(value)} is not true or false")
    return known[said]


def moment(value: object) -> datetime | None:
    """A time with or without a zone; None where it is .NET's way to say that there is none."""
    if not isinstance(value, str):
        raise BadValue(f"{shown(value)} is not a time such as 2024-09-05T13:41:00")
    said = value.strip()
    if said.startswith(_NO_DATE):
        return None
    try:
        return parse_iso(said)
    except ValueError:
        raise BadValue(f"{shown(value)} is not a time such as 2024-09-05T13:41:00") from None


def instant(value: object) -> datetime | None:
    """A moment in UTC; one without a zone is UTC."""
    found = moment(value)
    return None if found is None else to_utc(found)


def day(value: object) -> date | datetime | None:
    """A day as it is written, or the instant where a time of day is told with its zone.

    GAP(import-archived-date): typed date-time, shown as a day; midnight is read as the day, in whatever zone.
    """
    found = moment(value)
    if found is None or (found.tzinfo is not None and found.time() != time()):
        return found
    return found.date()


def customer(value: object) -> CustomerType:
    said = text(value)
    spaceless = said.replace(" ", "").casefold()
    for known, kind in METRC_CUSTOMERS.items():
        if known.casefold() == spaceless:
            return kind
    raise BadValue(unlike(said, METRC_CUSTOMERS))


def host(value: object) -> str:
    """The code of the state whose Metrc host it is."""
    said = name(value)
    code = HOSTS.get(said.casefold())
    if code is None:
        close = nearest(said, HOSTS)
        hint = f"; did you mean {close!r}?" if close else ", such as ca.metrc.com"
        raise BadValue(f"{shown(said)} is no state's Metrc host{hint}")
    return code


def index(value: object) -> str:
    said = text(value)
    if said not in INDEXES:
        raise BadValue(f"{shown(said)} is not {' or '.join(INDEXES)}")
    return said
