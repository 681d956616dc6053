"""Chains: as many shops as are asked for, the first as they were, each further one with all that a shop has."""

import re
from typing import Any

import pytest
from support.builders import NOW, TILL

from simulator.clock import Clock
from simulator.ledger.state import Book
from simulator.seeding.find import RecipeError, shipped
from simulator.seeding.grow import grow
from simulator.seeding.people import FAKED, people
from simulator.seeding.recipe import Recipe, load, scaled
from simulator.seeding.recipe.crosschecks import faults
from simulator.world import World

SELLING = {
    "corner_shop": 3,
    "busy_dispensary": 1,
    "multi_state": 24,
    "month_end": 2,
    "black_friday_420": 1,
    "edge_cases": 7,
}


def a_chain(name: str, shops: int | None, **options: Any) -> World:
    return grow(name, 3, Clock(NOW), shops=shops, **options)


def told(book: Book) -> list[object]:
    return [book.license, book.receipts, book.lots, book.employees, list(book.active), list(book.inactive)]


def selling(recipe: Recipe) -> list[str]:
    sell = {part.license for part in (*recipe.history, *recipe.stock)}
    return [part.number for part in recipe.licenses if part.number in sell]


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("more", [0, 1, 7])
def test_the_first_shops_are_as_they_were(name: str, more: int) -> None:
    days = None if name == "edge_cases" else 2
    chain, alone = a_chain(name, SELLING[name] + more, days=days), a_chain(name, None, days=days)

    numbers = list(alone.ledger.books)
    assert list(chain.ledger.books)[: len(numbers)] == numbers
    assert len(chain.ledger.books) == len(numbers) + more
    for number in numbers:
        assert told(chain.ledger.books[number]) == told(alone.ledger.books[number])


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("shops", [1, 2, 11, 40])
def test_a_chain_is_a_recipe_that_stands_up(name: str, shops: int) -> None:
    recipe = scaled(load(name), shops=shops, days=None if name == "edge_cases" else 30)

    assert faults(recipe) == []
    assert len(selling(recipe)) == shops
    assert len(selling(load(name))) == SELLING[name]


def test_further_shops_have_all_that_a_shop_has() -> None:
    world = a_chain("month_end", 6, days=4)

    books = world.ledger.books
    assert list(books) == ["402R-90731", "AMS931", "402R-90732", "AMS932", "402R-90733", "AMS933"]
    assert [book.license.name for book in books.values()] == [
        "Ledgerstone Cannabis",
        "Tally Harbor",
        "Ledgerstone Cannabis 2",
        "Tally Harbor 2",
        "Ledgerstone Cannabis 3",
        "Tally Harbor 3",
    ]
    first, other = books["402R-90731"], books["402R-90733"]
    assert other.license.first_receipt_id == min(other.receipts) == 7310001
    assert other.license.first_lot_id == min(other.lots) == 731001
    assert len(first.employees) == len(other.employees) == 6
    assert {each.name for each in first.employees.values()} != {
        each.name for each in other.employees.values()
    }
    # 4 days of 18 and 14 leftovers; what is spelled out is the first one's.
    assert len(other.receipts) == 4 * 18 + 14
    assert len(first.receipts) > len(other.receipts)
    both, maine = (set(account.licenses) for account in world.accounts.everyone)
    assert both == set(books)
    assert maine == {"AMS931", "AMS932", "AMS933"}


def test_no_id_is_there_twice() -> None:
    """Those that are unique in a world; ids of receipts and lots are a license's own."""
    for name in ("month_end", "corner_shop"):
        books = a_chain(name, 12, days=3).ledger.books.values()
        lots = [lot for book in books for lot in book.lots.values()]
        people = [id_ for book in books for id_ in book.employees]
        receipts = [receipt.trace_id for book in books for receipt in book.receipts.values()]
        for ids in ([lot.tag for lot in lots], [lot.trace_id for lot in lots], people, receipts):
            assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("numbers", "shops", "further"),
    [
        (["C10-0000777-LIC"], 3, ["C10-0000778-LIC", "C10-0000779-LIC"]),
        (["C10-9999998-LIC"], 4, ["C10-9999999-LIC", "C10-10000000-LIC", "C10-10000001-LIC"]),
        (["SHOP"], 3, ["SHOP-2", "SHOP-3"]),
        (["A/B & C+D 50% #1"], 2, ["A/B & C+D 50% #2"]),
        (["X1", "X3"], 6, ["X2", "X4", "X5", "X6"]),
        (["050-10000924A0F"], 2, ["050-10000924A1F"]),
    ],
)
def test_numbers_count_on_and_never_meet(numbers: list[str], shops: int, further: list[str]) -> None:
    recipe = load("busy_dispensary")
    model, (stock,), (history,), (staff,) = recipe.licenses[0], recipe.stock, recipe.history, recipe.staff

    def of_each(part: Any) -> tuple[Any, ...]:
        return tuple(part.model_copy(update={"license": number}) for number in numbers)

    bent = recipe.model_copy(
        update={
            "licenses": tuple(model.model_copy(update={"number": number}) for number in numbers),
            "stock": of_each(stock),
            "history": of_each(history),
            "staff": of_each(staff),
        }
    )
    made = [part.number for part in scaled(bent, receipts=1, shops=shops).licenses]

    assert made == [*numbers, *further]


def test_fewer_shops_are_the_first_and_what_does_not_sell_stays() -> None:
    world = a_chain("corner_shop", 2, days=3)

    assert list(world.ledger.books) == [
        "LIC-00001",
        "XXXRETAIL01",
        "ABC-1234",
        "CULTIVATE01",
        "CLOSED-0001",
        "IL-SHOP-01",
    ]
    assert world.accounts.demo.licenses == set(world.ledger.books)
    rival = next(account for account in world.accounts.everyone if account.username == "rival")
    assert rival.licenses == frozenset()


def test_receipts_are_those_of_all_shops_and_rates_are_each_one_s() -> None:
    few, ever = a_chain("busy_dispensary", 4, receipts=50), a_chain("busy_dispensary", 4, days=1)

    assert sorted(len(book.receipts) for book in few.ledger.books.values()) == [12, 12, 13, 13]
    assert [len(book.receipts) for book in ever.ledger.books.values()] == [300] * 4


@pytest.mark.parametrize(
    ("recipe", "options", "says"),
    [
        ("corner_shop", {"shops": 0}, "shops must be between 1 and 10,000, not 0"),
        ("corner_shop", {"shops": 10_001}, "shops must be between 1 and 10,000, not 10001"),
        (str(TILL), {"shops": 2}, "recipe till has no history and no stock, so there is no shop to repeat"),
        ("busy_dispensary", {"shops": 1000}, "109,500,000 receipts of 1,000 shops are too many"),
    ],
)
def test_what_is_no_chain_is_told_in_one_line(recipe: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(says)) as refused:
        grow(recipe, clock=Clock(NOW), **options)
    assert "\n" not in str(refused.value)


def test_people_have_names_without_end() -> None:
    def first(count: int) -> list[tuple[str, str]]:
        names = people("seed")
        return [next(names) for _ in range(count)]

    many = first(3 * FAKED)
    assert many[:FAKED] == first(FAKED)
    assert len(set(many[FAKED:])) > FAKED
    assert {last for _, last in many[FAKED:]} <= {last for _, last in many[:FAKED]}


def test_a_world_knows_what_it_was_grown_from() -> None:
    world = a_chain("busy_dispensary", 3, receipts=5)
    origin = world.origin

    assert origin is not None
    assert (origin.recipe, origin.seed, origin.began, origin.frozen) == ("busy_dispensary", 3, NOW, True)
    assert (origin.receipts, origin.days, origin.shops) == (5, None, 3)
    again = grow(
        origin.recipe,
        origin.seed,
        Clock(origin.began),
        receipts=origin.receipts,
        days=origin.days,
        shops=origin.shops,
    )
    assert list(map(told, again.ledger.books.values())) == list(map(told, world.ledger.books.values()))
