"""For tests: a sale's body and a lot that keep every rule of a world, to be bent one field at a time."""

import copy
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any, Final
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from simulator.ledger.customers import CustomerType
from simulator.ledger.model import Lot
from simulator.ledger.money import DECIMAL_PATTERN
from simulator.ledger.rules.goods import sellable_violations
from simulator.ledger.state import Book
from simulator.ledger.vocabulary import CURRENCIES, customer_types, identification_types, payment_types
from simulator.seeding.customers import IDENTIFIED_BY
from simulator.seeding.lots import Receiving
from simulator.times import iso_local, iso_utc
from simulator.wording import echo
from simulator.world import World

JSON = dict[str, Any]

GONE: Final = object()
"""Given as a value to `bent`, it takes the field away."""
MOST = 1_000_000
AGE = 30
"""Of a buyer, in years: of age in every state."""
DECIMAL = re.compile(DECIMAL_PATTERN)
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def a_sale(
    world: World, license_number: str | None = None, *, quantity: str = "1", price: str = "10.00"
) -> JSON:
    """An element of `sales` for `POST /{state}/v1/sales` that the world records: made now, paid in cash, without taxes.

    Sold is the first lot that has so much, at the license given or at the first that has sold or could; bought by
    somebody new each time. Raises LookupError where nothing can be sold, ValueError for a quantity or a price nobody can sell at.
    """
    wanted, unit_price = _amount("quantity", quantity), _amount("price", price)
    book, lot = _shelf(world, license_number, wanted)
    state = book.license.state
    now = world.clock.now().replace(microsecond=0)
    total = format((wanted * unit_price).quantize(Decimal("0.01")), "f")
    born = f"{now.year - AGE - 1}-05-17T00:00:01Z"
    buyer = next(_numbers(world, "buyers", 1))
    customer = CustomerType.ADULT if state.adult else CustomerType.PATIENT
    types = identification_types(state.code)
    return {
        "license": {"license_number": book.license.number},
        "customer_types": {"id": _id_of(customer_types(state.code), customer)},
        "terminal": "till-1",
        "created_at": {
            "date": iso_utc(now),
            "local_time": iso_local(now.astimezone(state.zone).replace(tzinfo=None)),
        },
        "out_of_state_sale": False,
        "identifications": [
            {"types": {"id": _id_of(types, kind)}, "id": f"{kind}-{buyer}", "birthday": born}
            for kind in IDENTIFIED_BY[customer]
        ],
        "employees": {"id": next(each.id for each in book.employees.values() if each.active)},
        "line_items": [
            {"lot": {"id": lot.trace_id}, "quantity": quantity, "unit_price": price, "total": total}
        ],
        "currency": {"id": next(iter(CURRENCIES))},
        "totals": {"subtotal": total, "quantity": quantity, "total": total},
        "payments": [{"amount": total, "type": {"id": _id_of(payment_types(state.code), "cash")}}],
    }


def bent(body: JSON, path: str, value: Any) -> JSON:
    """A copy of the body with one field changed, added, or taken away (GONE). Paths are those that refusals name, such as
    `line_items[0].quantity`, with or without the `sales[0].` in front. Raises LookupError where the path leads nowhere.
    """
    changed = copy.deepcopy(body)
    within = path if "sales" in body else re.sub(r"^sales\[\d+\]\.", "", path)
    steps = [name or int(index) for name, index in STEP.findall(within)]
    if not steps or "".join(match[0] for match in STEP.finditer(within)) != within.replace(".", ""):
        raise LookupError(f"{path!r} is no path such as 'line_items[0].quantity'")
    nowhere = LookupError(f"{path!r} leads nowhere in this body")
    *outer, last = steps
    place: Any = changed
    for step in outer:
        if not _leads_on(place, step):
            raise nowhere
        place = place[step]
    if not _leads_on(place, last) and (value is GONE or not _may_be_added(place, last)):
        raise nowhere
    if value is GONE:
        del place[last]
    elif _leads_on(place, last) or isinstance(last, str):
        place[last] = value
    else:
        place.append(value)
    return changed


def _leads_on(place: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(place, list) and step < len(place)
    return isinstance(place, dict) and step in place


def _may_be_added(place: Any, step: str | int) -> bool:
    return (
        isinstance(place, dict) if isinstance(step, str) else isinstance(place, list) and step == len(place)
    )


def a_lot(world: World, license_number: str | None = None, **changes: Any) -> Lot:
    """A new lot like the first of the license, full and for sale, with fresh ids; `changes` are fields of a Lot, amounts
    as decimals or as text.

    `world.execute(ReceiveLot(a_lot(world, quantity="3")))` puts it on the shelf. Raises LookupError where the license has
    no lot to be like.
    """
    book, like = _shelf(world, license_number, Decimal(0))
    number = book.license.number
    receiving = Receiving(book.license, list(world.ledger.books).index(number), frozenset())
    receiving.next_id = next(_numbers(world, number, max(book.lots) + 1))
    lot = receiving.receive(like.item, like.received, world.clock.now())
    for name in {"quantity", "received"} & changes.keys():
        changes[name] = Decimal(changes[name])
    changed = replace(lot, **changes)
    return replace(changed, received=changed.quantity) if "received" not in changes else changed


_COUNTERS: WeakKeyDictionary[World, dict[str, Iterator[int]]] = WeakKeyDictionary()


def _numbers(world: World, of: str, first: int) -> Iterator[int]:
    """What counts something of a world, so that no two that were built are alike."""
    return _COUNTERS.setdefault(world, {}).setdefault(of, count(first))


def _amount(name: str, text: str) -> Decimal:
    """As Trace reads amounts, and such a one as can be sold."""
    if not DECIMAL.fullmatch(text):
        raise ValueError(
            f"{name} must be a plain decimal such as '1' or '10.00', with at most 4 digits after the point, "
            f"not {echo(text)}"
        )
    if not 0 < (amount := Decimal(text)) < MOST:
        raise ValueError(
            f"{name} must be above 0 and below {MOST}, not {echo(text)}; bend the body to send such a one"
        )
    return amount


def _shelf(world: World, license_number: str | None, quantity: Decimal) -> tuple[Book, Lot]:
    """A book and a lot of it that has so much to sell."""
    books = world.ledger.books
    if license_number is not None and license_number not in books:
        raise LookupError(f"license {license_number!r} does not exist; there are: {', '.join(books)}")
    for book in books.values() if license_number is None else [books[license_number]]:
        if not (book.license.retail and book.license.active) or not any(
            each.active for each in book.employees.values()
        ):
            continue
        for lot in book.lots.values():
            whole = not lot.item.counted or quantity == quantity.to_integral_value()
            if lot.quantity >= quantity and whole and not any(sellable_violations(lot, "")):
                return book, lot
    where = license_number or "any license"
    raise LookupError(f"{where} has no lot of which {quantity} could be sold, or nobody to sell it")


def _id_of(vocabulary: Mapping[str, object], meaning: object) -> str:
    return next(id_ for id_, each in vocabulary.items() if each == meaning)
