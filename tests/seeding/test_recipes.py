"""The shipped recipes: each has what it promises, and nothing in them is real."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest
from support.asgi import InProcess
from support.builders import NOW
from support.documents import document, section

from simulator.app import create_app
from simulator.ledger.customers import CustomerType
from simulator.ledger.model import LabState, Receipt, ReceiptState
from simulator.ledger.products import ProductClass
from simulator.ledger.state import Book
from simulator.ledger.states import STATES, TRACE_STATES
from simulator.ledger.units import UNITS
from simulator.ledger.vocabulary import payment_types
from simulator.seeding.find import folder, shipped
from simulator.seeding.grow import grow
from simulator.seeding.recipe import Recipe, load
from simulator.world import World

ACTIVE, FINAL, VOIDED, REFUNDED = ReceiptState
PLACEHOLDERS = {
    "corner_shop": [
        "LIC-00001",
        "XXXRETAIL01",
        "ABC-1234",
        "CULTIVATE01",
        "CLOSED-0001",
        "IL-SHOP-01",
        "RIVAL-0001",
    ],
    "edge_cases": ["A/B & C+D 50% #1"],
}
"""License numbers of no state's shape: the vendors' own samples, and one that is odd on purpose."""
SAMPLES = {
    "e829nde3l87ks9d832gfdavhg450d9mw",
    "2616ec56-fa2a-4c5b-86c0-acacf23c9ef7",
    "b123x21wbHlkYXBpa2V5",
    "dmVuZG9yLWFwaS1rZXk6dX12312sdfs2V5",
    "cml2YWwtYXBpLWtleQ",
}
"""Credentials that the vendors' documents print, and one made like them."""
FAKE = "7e57ab1e-0000-4000-8000-"
"""How an invented UUID begins."""


@cache
def grown(name: str) -> World:
    return grow(name, now=NOW)


def states(book: Book) -> Counter[ReceiptState]:
    return Counter(receipt.state for receipt in book.receipts.values())


def sold_on(book: Book, day: date) -> int:
    return sum(receipt.local_time.date() == day for receipt in book.receipts.values())


def credentials(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Every credential with the user name it belongs to."""
    for account in recipe.accounts:
        t3, trace = account.t3, account.trace
        for given in (
            *((t3.password, t3.api_key, t3.secret_key) if t3 else ()),
            *((trace.api_key, trace.token, trace.user_key) if trace else ()),
        ):
            if given is not None:
                yield account.username, given


# --- all of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped())
def test_a_recipe_says_what_it_is_for(name: str) -> None:
    recipe = load(name)
    assert recipe.name == name
    assert recipe.description
    first, second = (folder() / f"{name}.toml").read_text(encoding="utf-8").splitlines()[:2]
    assert first.startswith("# ")
    assert second.startswith("#")
    assert f"| `{name}` |" in section(document("recipes.md"), "## The shipped recipes")


@pytest.mark.parametrize("name", shipped())
def test_license_numbers_have_their_state_s_shape(name: str) -> None:
    for part in load(name).licenses:
        if part.number in PLACEHOLDERS.get(name, ()):
            assert not STATES[part.state].license_shape.matches(part.number)
        elif part.retail:
            assert STATES[part.state].license_shape.matches(part.number), part.number


@pytest.mark.parametrize("name", shipped())
def test_every_credential_says_that_it_is_a_fake(name: str) -> None:
    recipe = load(name)
    for username, credential in credentials(recipe):
        marks = (recipe.accounts[0].username, username)
        assert credential in SAMPLES or credential.startswith(FAKE) or any(m in credential for m in marks), (
            credential
        )


def test_no_credential_is_used_twice() -> None:
    used = [given for name in shipped() if name != "corner_shop" for _, given in credentials(load(name))]
    used += {given for _, given in credentials(load("corner_shop"))}  # where one person has one password
    assert [given for given, times in Counter(used).items() if times > 1] == []


def test_no_license_is_in_two_recipes() -> None:
    numbers = Counter(part.number for name in shipped() for part in load(name).licenses)
    assert max(numbers.values()) == 1


@pytest.mark.parametrize("name", shipped())
def test_the_first_account_gets_in_on_both_sides(name: str) -> None:
    world = grow(name, now=NOW, receipts=50)
    account = world.accounts.demo
    login = {"hostname": account.hostname, "username": account.username, "password": account.password}
    number = next(part.number for part in load(name).licenses if part.number in account.licenses)
    trace = {"x-api-key": str(account.trace_api_key), "Authorization": str(account.trace_authorization)}
    with InProcess(create_app(world)) as client:
        token = client.post("/v2/auth/credentials", json=login).json()["accessToken"]
        listed = client.get("/v2/licenses", headers={"Authorization": f"Bearer {token}"}).json()
        state = world.ledger.books[number].license.state_code
        sales = client.get(f"/{state}/v1/sales", params={"license_number": number}, headers=trace)

    assert number in [each["licenseNumber"] for each in listed]
    assert sales.status_code == 200


# --- corner_shop ----------------------------------------------------------------------------------------------------


def test_the_corner_shop_has_what_the_vendors_samples_name() -> None:
    books = grown("corner_shop").ledger.books
    stinky, corner, alphabet = books["LIC-00001"], books["XXXRETAIL01"], books["ABC-1234"]

    assert len(stinky.active) == 235
    assert {stinky.receipts[number].state for number in (12345, 12346)} == {FINAL}
    assert stinky.receipts[123].state is ACTIVE
    assert corner.receipt("80d15c7713a74feeb4c1c5f533697644")
    assert alphabet.receipt("11il9b62fe1c47e4970c55ec6c7ff8jj")
    assert corner.employees["0a50cbaf8c1b471aaa427de20facb641"].active
    assert all(
        corner.lot(id_) for id_ in ("487fa179018e45d08b204ca4de67ca6d", "9890c38942b948b291ff9ead560468b3")
    )


# --- multi_state ----------------------------------------------------------------------------------------------------


def test_multi_state_has_one_shop_in_each_of_trace_s_states() -> None:
    recipe = load("multi_state")
    assert [part.state for part in recipe.licenses] == list(TRACE_STATES)
    assert all(part.retail and part.active for part in recipe.licenses)


def test_multi_state_has_a_login_for_each_metrc_host_and_one_trace_user_for_all() -> None:
    first, *others = load("multi_state").accounts
    numbers = {part.number: STATES[part.state].host for part in load("multi_state").licenses}

    assert set(first.licenses) == set(numbers)
    assert first.trace
    assert not any(account.trace for account in others)
    hosts = [account.t3.hostname for account in (first, *others) if account.t3]
    assert sorted(hosts) == sorted(host for host in numbers.values() if host)
    for account in others:
        assert account.t3
        assert [numbers[number] for number in account.licenses] == [account.t3.hostname]


def test_multi_state_has_forty_to_eighty_receipts_a_state_over_a_month() -> None:
    for book in grown("multi_state").ledger.books.values():
        assert 40 <= len(book.receipts) <= 80
        days = [receipt.local_time.date() for receipt in book.receipts.values()]
        assert timedelta(days=20) < max(days) - min(days) <= timedelta(days=30)
        assert {ACTIVE, FINAL} <= set(states(book))


def test_multi_state_sells_to_whom_the_states_sell() -> None:
    books = grown("multi_state").ledger.books.values()
    types = {
        book.license.state_code: Counter(receipt.customer_type for receipt in book.receipts.values())
        for book in books
    }
    for code, counted in types.items():
        assert (CustomerType.ADULT in counted) == (STATES[code].adult is not None)
        assert CustomerType.EXTERNAL_PATIENT not in counted or STATES[code].visitors == "yes"
    assert {kind for counted in types.values() for kind in counted} == set(CustomerType)


def test_multi_state_sells_nothing_that_a_state_bars() -> None:
    for book in grown("multi_state").ledger.books.values():
        sold = {book.lots[line.lot_id].item.product_class for r in book.receipts.values() for line in r.lines}
        if book.license.state_code == "al":
            assert not sold & {
                ProductClass.FLOWER,
                ProductClass.PREROLL,
                ProductClass.EDIBLE,
                ProductClass.BEVERAGE,
            }
        if book.license.state_code == "wv":
            assert not sold & {ProductClass.EDIBLE, ProductClass.BEVERAGE}
        assert len(sold) >= 5


# --- month_end ------------------------------------------------------------------------------------------------------

CO = "402R-90731"


def test_month_end_is_a_month_mostly_closed_with_leftovers() -> None:
    for book in grown("month_end").ledger.books.values():
        count = states(book)
        assert set(count) == set(ReceiptState)
        assert count[FINAL] > 0.8 * count.total()
        today = NOW.astimezone(book.license.state.zone).date()
        old = [r for r in book.active if r.local_time.date() < today - timedelta(days=2)]
        assert len(old) >= 5
        assert min(r.local_time.date() for r in book.receipts.values()) <= today - timedelta(days=28)


def test_month_end_has_the_till_s_number_on_all_but_one() -> None:
    for book in grown("month_end").ledger.books.values():
        numbers = [receipt.external_id for receipt in book.receipts.values()]
        assert numbers.count(None) == (book.license.number == CO)
        twice = [number for number, times in Counter(filter(None, numbers)).items() if times > 1]
        assert twice == (["TILL-2041"] if book.license.number == CO else [])


def test_month_end_has_late_ones() -> None:
    late = [
        receipt
        for book in grown("month_end").ledger.books.values()
        for receipt in book.receipts.values()
        if receipt.recorded_at - receipt.sold_at > timedelta(days=1)
    ]
    assert len(late) > 10


def test_month_end_s_fixed_sales_are_what_its_comments_say() -> None:
    receipts = grown("month_end").ledger.books[CO].receipts

    def basket(receipt: Receipt) -> list[tuple[int, Decimal]]:
        return [(line.lot_id, line.quantity) for line in receipt.lines]

    first, again = receipts[1001], receipts[1002]
    assert (basket(first), first.external_id, first.total) == (basket(again), again.external_id, again.total)
    assert (first.state, again.state) == (FINAL, ACTIVE)
    assert [line.unit_price for line in receipts[1003].lines] == [Decimal("30.00"), Decimal("0.00")]
    assert receipts[1004].state is FINAL
    assert receipts[1005].quantity == 6
    assert receipts[1006].external_id is None
    assert (receipts[1007].state, receipts[1008].state) == (VOIDED, REFUNDED)
    assert receipts[1009].local_time.date() < receipts[1009].sold_at.date()


# --- black_friday_420 -----------------------------------------------------------------------------------------------


def test_yesterday_was_many_times_as_busy_as_other_days() -> None:
    (book,) = grown("black_friday_420").ledger.books.values()
    today = NOW.astimezone(book.license.state.zone).date()
    usual = [sold_on(book, today - timedelta(days=ago)) for ago in range(2, 9)]

    assert 6000 <= len(book.receipts) <= 8000
    assert min(usual) > 0
    assert 8 <= sold_on(book, today - timedelta(days=1)) / (sum(usual) / len(usual)) <= 10
    assert len(book.active) > 3500


def test_yesterday_was_busy_early_and_slowed_after_16_20() -> None:
    (book,) = grown("black_friday_420").ledger.books.values()
    yesterday = NOW.astimezone(book.license.state.zone).date() - timedelta(days=1)
    hours = Counter(r.local_time.hour for r in book.receipts.values() if r.local_time.date() == yesterday)

    assert sum(hours[hour] for hour in range(8, 13)) > sum(hours[hour] for hour in range(17, 22))
    assert hours[17] < hours[15]
    assert hours[20] < hours[10] / 2


def test_the_peak_has_full_baskets_reduced_prices_and_cash() -> None:
    (book,) = grown("black_friday_420").ledger.books.values()
    receipts = book.receipts.values()
    kinds = payment_types("ca")
    cash = sum(kinds[payment.type_id] == "cash" for r in receipts for payment in r.payments)
    lines = [line for receipt in receipts for line in receipt.lines]

    assert 0.81 < cash / len(receipts) < 0.85
    assert len(lines) / len(receipts) > 2.4
    assert 0.4 < sum(bool(line.discount) for line in lines) / len(lines) < 0.55


# --- edge_cases -----------------------------------------------------------------------------------------------------

ODD = "C10-0000404-LIC"


def edge(number: str = ODD) -> Book:
    return grown("edge_cases").ledger.books[number]


def test_lists_end_exactly_on_a_page_and_one_row_after_it() -> None:
    numbers = ("C10-0000100-LIC", "C10-0000500-LIC", "C10-0000501-LIC", "C9-0000000-LIC")
    assert [len(edge(number).active) for number in numbers] == [100, 500, 501, 0]
    assert len(edge(numbers[0]).inactive) == 100


def test_there_are_licenses_that_sell_nothing() -> None:
    empty = edge("C9-0000000-LIC")
    assert not (empty.receipts)
    assert not (empty.lots)
    assert not (empty.employees)
    assert not edge("C10-0000410-LIC").license.active
    assert not edge("CCL-EDGE-0001").license.retail
    assert STATES[edge("990904").license.state_code].host is None
    assert edge("990904").receipts
    assert grown("edge_cases").accounts.everyone[-1].licenses == frozenset()


def test_receipts_have_every_state_and_every_kind_of_customer() -> None:
    assert set(states(edge())) == set(ReceiptState)
    assert {r.customer_type for r in edge().receipts.values()} == set(CustomerType)
    assert {r.customer_type for r in edge("MMP CC 904").receipts.values()} == set(CustomerType) - {
        CustomerType.ADULT
    }


def test_prices_and_quantities_are_odd() -> None:
    book = edge()
    receipts = book.receipts
    assert [line.unit_price for line in receipts[1001].lines] == [Decimal("6.00"), Decimal("0.00")]
    assert (receipts[1002].total, receipts[1002].paid) == (0, 0)
    assert {r.total for r in edge("284.900904-AUDO").receipts.values()} == {Decimal(0)}
    assert receipts[1004].total > 200_000
    by_name = {lot.item.name: lot for lot in book.lots.values()}
    assert by_name["Bulk flower"].quantity == Decimal("0.0001")
    assert by_name["Gold-plated vaporizer"].quantity == 0
    assert by_name["Gold-plated vaporizer"].finished_at
    assert receipts[1006].packages == len(receipts[1006].lines) - 1


def test_every_unit_and_every_lab_state_is_there() -> None:
    lots = edge().lots.values()
    assert {lot.item.unit.abbreviation for lot in lots} == set(UNITS)
    assert {lot.lab_state for lot in lots} == set(LabState)
    assert any(lot.on_hold for lot in lots)


def test_products_are_bare_long_and_of_every_script() -> None:
    items = [lot.item for lot in edge().lots.values()]
    names = [item.name for item in items]
    assert any(
        item.strain is item.brand is item.unit_weight is item.unit_thc is item.thc_percent is None
        for item in items
    )
    assert max(map(len, names)) == 500
    for character in ("🌿", "\u0301", "ز", "ה", "大", '"', "'", ",", ";", "\u200b", "\ufeff", "<", "="):
        assert any(character in name for name in names), character
    assert any(name != name.strip() for name in names)
    assert "null" in names


def test_numbers_of_tills_are_odd() -> None:
    numbers = [receipt.external_id for receipt in edge().receipts.values()]
    assert numbers.count("0") == 2
    assert max(len(number or "") for number in numbers) == 500
    assert None in numbers
    assert edge("A/B & C+D 50% #1").receipts.keys() >= {1, 899_999_999}


@pytest.mark.parametrize(
    ("now", "spring", "fall"),
    [
        (NOW, date(2026, 3, 8), date(2025, 11, 2)),
        (
            datetime(2026, 11, 2, 7, 59, tzinfo=UTC),
            date(2026, 3, 8),
            date(2025, 11, 2),
        ),  # still 1 November there
        (datetime(2026, 11, 2, 20, 0, tzinfo=UTC), date(2026, 3, 8), date(2026, 11, 1)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), date(2027, 3, 14), date(2027, 11, 7)),
    ],
)
def test_the_nights_on_which_the_clocks_changed_have_sales(now: datetime, spring: date, fall: date) -> None:
    receipts = grow("edge_cases", now=now).ledger.books[ODD].receipts
    local = {number: receipts[number].local_time for number in range(1018, 1023)}

    assert [f"{local[number]:%F %T}" for number in (1018, 1019)] == [
        f"{spring} 01:30:00",
        f"{spring} 03:30:00",
    ]
    assert [f"{local[number]:%F %T}" for number in (1020, 1021, 1022)] == [
        f"{fall} 01:30:00",
        f"{fall} 01:00:00",
        f"{fall} 01:30:00",
    ]
    instants = [receipts[number].sold_at for number in (1020, 1021, 1022)]
    assert [instant - instants[0] for instant in instants] == [
        timedelta(),
        timedelta(minutes=30),
        timedelta(hours=1),
    ]


def test_days_end_and_begin() -> None:
    receipts = edge().receipts
    first, last = receipts[1016], receipts[1017]
    assert f"{first.local_time:%T} {last.local_time:%T}" == "00:00:00 23:59:59"
    assert last.recorded_at.astimezone(edge().license.state.zone).date() > last.local_time.date()


def test_t3_shows_the_year_one() -> None:
    headers = {"X-T3-API-Key": str(grown("edge_cases").accounts.demo.secret_key)}
    with InProcess(create_app(grown("edge_cases")), headers) as client:
        path = "/v2/sales/transactions"
        rows = client.get(path, params={"licenseNumber": ODD, "salesReceiptId": 1006}).json()["data"]

    assert {row["recordedDateTime"] for row in rows} == {"0001-01-01T00:00:00Z"}
    assert len(rows) == 11
    assert any(re.search("[^\x00-\x7f]", row["productName"]) for row in rows)
