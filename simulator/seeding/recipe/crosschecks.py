"""What must hold between the tables of a recipe: what is named exists, nothing is there twice, and shops can sell."""

from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from simulator.ledger.model import SELLABLE_LAB_STATES
from simulator.ledger.units import UNITS, QuantityType
from simulator.seeding.recipe.places import Place
from simulator.settings import MOST_RECEIPTS
from simulator.wording import did_you_mean, echo, listed

if TYPE_CHECKING:
    from simulator.seeding.recipe import Recipe

Fault = tuple[Place, str] | tuple[Place, str, Place]
"""Where, what is wrong, and where something stands that it cannot go with."""
MOST_NAMES = 30
"""Of what there is, so many are told."""


def faults(recipe: "Recipe") -> list[Fault]:
    return [fault for check in CHECKS for fault in check(recipe)]


def _nothing_is_there_twice(recipe: "Recipe") -> Iterator[Fault]:
    yield from _unique((("licenses", n, "number"), each.number) for n, each in enumerate(recipe.licenses))
    yield from _unique((("items", n, "key"), each.key) for n, each in enumerate(recipe.items))
    yield from _unique((("stock", n, "license"), each.license) for n, each in enumerate(recipe.stock))
    yield from _unique((("staff", n, "license"), each.license) for n, each in enumerate(recipe.staff))
    yield from _unique((("employees", n, "id"), each.id) for n, each in enumerate(recipe.employees))
    yield from _unique((("lots", n, "id"), each.id) for n, each in enumerate(recipe.lots))
    yield from _unique((("lots", n, "tag"), each.tag) for n, each in enumerate(recipe.lots))
    yield from _unique((("sales", n, "trace_id"), each.trace_id) for n, each in enumerate(recipe.sales))


def _every_login_is_somebody_s(recipe: "Recipe") -> Iterator[Fault]:
    """No credential may mean two accounts."""
    t3 = [(n, each.username, each.t3) for n, each in enumerate(recipe.accounts) if each.t3]
    logins = [(("accounts", n, "username"), (each.hostname, name)) for n, name, each in t3]
    yield from _unique(logins, "this user name at this hostname is another account's")
    yield from _unique((("accounts", n, "t3", "api_key"), each.api_key) for n, _, each in t3)
    yield from _unique((("accounts", n, "t3", "secret_key"), each.secret_key) for n, _, each in t3)
    trace = [(n, each.trace) for n, each in enumerate(recipe.accounts) if each.trace]
    for name in ("token", "user_key"):
        keys = [
            (("accounts", n, "trace", name), (each.api_key, key))
            for n, each in trace
            if (key := getattr(each, name)) is not None
        ]
        yield from _unique(keys, f"api_key and {name} together are another account's")


def _receipt_ids_are_free(recipe: "Recipe") -> Iterator[Fault]:
    seen = dict[tuple[str, int], Place]()
    for index, sale in enumerate(recipe.sales):
        if sale.receipt_id is None:
            continue
        place, key = ("sales", index, "receipt_id"), (sale.license, sale.receipt_id)
        if key in seen:
            yield place, f"{sale.receipt_id} is there twice at {sale.license}", seen[key]
        seen.setdefault(key, place)


def _licenses_are_known(recipe: "Recipe") -> Iterator[Fault]:
    numbers = dict.fromkeys(each.number for each in recipe.licenses)
    for index, account in enumerate(recipe.accounts):
        for position, number in enumerate(account.licenses):
            yield from _known(("accounts", index, "licenses", position), number, numbers)
    for table in ("employees", "staff", "stock", "lots", "history", "sales"):
        for index, part in enumerate(getattr(recipe, table)):
            yield from _known((table, index, "license"), part.license, numbers)


def _items_are_known(recipe: "Recipe") -> Iterator[Fault]:
    keys = dict.fromkeys(each.key for each in recipe.items)
    stocked: dict[str, dict[str, None]] = {}
    for index, lot in enumerate(recipe.lots):
        yield from _known(("lots", index, "item"), lot.item, keys)
        stocked.setdefault(lot.license, {})[lot.item] = None
    for index, sale in enumerate(recipe.sales):
        there, where = stocked.get(sale.license, {}), f"in a lot of {sale.license}"
        for position, line in enumerate(sale.lines):
            yield from _known(("sales", index, "lines", position, "item"), line.item, there, where)


def _counted_items_are_whole(recipe: "Recipe") -> Iterator[Fault]:
    counted = {
        each.key: each.unit for each in recipe.items if UNITS[each.unit].quantity_type is QuantityType.COUNT
    }
    amounts = list[tuple[Place, str, Decimal]]()
    for index, lot in enumerate(recipe.lots):
        amounts.append((("lots", index, "quantity"), lot.item, lot.quantity))
    for index, sale in enumerate(recipe.sales):
        for position, line in enumerate(sale.lines):
            amounts.append((("sales", index, "lines", position, "quantity"), line.item, line.quantity))
    for place, item, quantity in amounts:
        if item in counted and quantity != quantity.to_integral_value():
            yield place, f"{item!r} is sold by {counted[item]!r}, and {quantity} is not a whole number"


def _catalogue_and_stock_go_together(recipe: "Recipe") -> Iterator[Fault]:
    if recipe.catalogue and not recipe.stock:
        yield ("catalogue", 0), "no shop sells it: it needs a [[stock]]"
    if recipe.stock and not recipe.catalogue:
        yield ("stock", 0), "there is no [[catalogue]] to keep in stock"


def _shops_can_sell(recipe: "Recipe") -> Iterator[Fault]:
    licenses = {each.number: each for each in recipe.licenses}
    employed = {each.license for each in recipe.employees if each.active}
    employed |= {each.license for each in recipe.staff}
    stocked = {each.license for each in recipe.stock}
    stocked |= {
        each.license
        for each in recipe.lots
        if each.in_history and not each.on_hold and each.lab_state in SELLABLE_LAB_STATES
    }
    for table in ("history", "sales"):
        for index, part in enumerate(getattr(recipe, table)):
            place, number = (table, index, "license"), part.license
            if number not in licenses:
                continue
            if not licenses[number].retail:
                yield place, f"license {number} is not retail, so it sells nothing"
            elif not licenses[number].active:
                yield place, f"license {number} is not active, so it sells nothing"
            elif number not in employed:
                yield (
                    place,
                    f"license {number} has sales but no active employee: it needs [[staff]] or [[employees]]",
                )
            elif table == "history" and number not in stocked:
                yield place, f"license {number} has no lot that may be sold: it needs [[lots]] or a [[stock]]"


def _there_are_not_too_many(recipe: "Recipe") -> Iterator[Fault]:
    count = sum(each.receipts for each in recipe.history)
    if count > MOST_RECEIPTS:
        yield ("history", 0), f"{count:,} receipts in all are too many; {MOST_RECEIPTS:,} is the most"


CHECKS: tuple[Callable[["Recipe"], Iterator[Fault]], ...] = (
    _nothing_is_there_twice,
    _licenses_are_known,
    _items_are_known,
    _every_login_is_somebody_s,
    _receipt_ids_are_free,
    _counted_items_are_whole,
    _catalogue_and_stock_go_together,
    _shops_can_sell,
    _there_are_not_too_many,
)


def _unique(keys: Iterable[tuple[Place, object]], words: str = "") -> Iterator[Fault]:
    """A fault for each key but the first of its like; None is nobody's."""
    seen = dict[object, Place]()
    for place, key in keys:
        if key in seen:
            yield place, words or f"{echo(key)} is there twice", seen[key]
        elif key is not None:
            seen[key] = place


def _known(place: Place, key: str, known: Collection[str], where: str = "") -> Iterator[Fault]:
    if key not in known:
        there = f" There are: {listed(known)}." if 0 < len(known) <= MOST_NAMES else ""
        missing = f"is not {where}" if where else "does not exist"
        yield place, f"{echo(key)} {missing}.{did_you_mean(key, known)}{there}"
