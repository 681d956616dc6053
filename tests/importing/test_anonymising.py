"""An anonymised world has none of the people and numbers it was made from, and everything else."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.imports import a_row, a_told_sale, a_transaction, imported, pages, report, trace_sales, written
from support.imports import both as over

from simulator.importing import import_files, save
from simulator.importing.birthdays import moved
from simulator.importing.replacing import Replacing
from simulator.ledger.model import Receipt
from simulator.ledger.states import STATES
from simulator.seeding import grow
from simulator.times import whole_years
from simulator.world import World

JSON = dict[str, Any]
HERE = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def anonymised(folder: Path, content: Any, seed: int = 5, **options: Any) -> tuple[World, bytes]:
    """The world, and its snapshot but for the first line: who may log in there is nobody of the file."""
    world, _ = import_files(written(folder, "file", content), anonymise=True, seed=seed, **options)
    save(world, folder / "world.snapshot", force=True)
    return world, (folder / "world.snapshot").read_bytes()


def receipts(world: World) -> list[Receipt]:
    return [each for book in world.ledger.books.values() for each in book.receipts.values()]


def kept(world: World) -> list[tuple[Any, ...]]:
    """What stays: times, amounts, states, products."""
    return [
        (
            each.state,
            each.customer_type,
            each.sold_at,
            each.local_time,
            each.recorded_at,
            each.modified_at,
            each.archived_at,
            each.total,
            [(line.quantity, line.unit_price, line.discount, line.taxes, line.total) for line in each.lines],
            [world.ledger.books[each.license_number].lots[line.lot_id].item for line in each.lines],
            [change.state for change in each.history],
        )
        for each in receipts(world)
    ]


def told(world: World) -> list[tuple[Any, ...]]:
    """What is replaced, in the order of `kept`."""
    return [
        (
            each.license_number,
            each.id,
            each.number,
            each.recorded_by,
            each.terminal,
            each.external_id,
            each.trace_id,
            world.ledger.books[each.license_number].employees[each.employee_id].name,
            *((one.type_id, one.value) for one in each.identifications),
            *((one.id, one.provider_name) for one in each.payments),
        )
        for each in receipts(world)
    ]


def same_pattern(left: list[tuple[Any, ...]], right: list[tuple[Any, ...]]) -> bool:
    """Whether two lists are alike but for names: whoever is the same on one side is the same on the other."""
    pairs = {(a, b) for one, other in zip(left, right, strict=True) for a, b in zip(one, other, strict=True)}
    return len({a for a, _ in pairs}) == len(pairs) == len({b for _, b in pairs})


# --- nothing of the originals ---------------------------------------------------------------------------------------

NAME = st.from_regex(r"[A-Z][a-z]{5,9} [A-Z][a-zé]{5,9}", fullmatch=True)
NUMBER = st.from_regex(
    r"[A-Z]{3}-?[0-9]{6,9}|[0-9]{9,12}[A-Z]|[a-z]{4,8}\.[a-z]{4}@[a-z]{6}\.[a-z]{3}", fullmatch=True
)
ID = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)
LICENSE = st.sampled_from(["C10-0000123-LIC", "C9-7700123-LIC", "LIC-00001"]) | NUMBER


@st.composite
def rows(draw: st.DrawFn) -> list[JSON]:
    """T3 receipts in which names and numbers come again."""
    people = draw(st.lists(NAME, min_size=1, max_size=3))
    patients = draw(st.lists(NUMBER, min_size=1, max_size=3))
    licenses = draw(st.lists(LICENSE, min_size=1, max_size=2))
    some = st.sampled_from
    first = draw(st.integers(10_000, 90_000_000))
    return [
        a_row(
            id=first + n,
            receiptNumber=f"{first + n:09}",
            licenseNumber=draw(some(licenses)),
            salesCustomerType="Caregiver",
            patientLicenseNumber=draw(some(patients)),
            caregiverLicenseNumber=draw(some(patients)),
            recordedByUserName=draw(some(people)),
            transactions=[a_transaction(packageLabel=draw(NUMBER), invoiceNumber=draw(NUMBER))]
            if draw(st.booleans())
            else [],
        )
        for n in range(1, draw(st.integers(2, 6)))
    ]


@st.composite
def sales(draw: st.DrawFn) -> list[JSON]:
    """Trace sales in which names and numbers come again."""
    people = draw(st.lists(NAME, min_size=1, max_size=2))
    numbers = draw(st.lists(NUMBER, min_size=2, max_size=4, unique=True))
    ids = draw(st.lists(ID, min_size=3, max_size=3, unique=True))
    sale_ids = draw(st.lists(ID, min_size=4, max_size=4, unique=True))
    license_number = draw(LICENSE)
    some = st.sampled_from

    def sale() -> JSON:
        base = a_told_sale()
        first, _, last = draw(some(people)).partition(" ")
        line = base["line_items"][0]
        return {
            **base,
            "license": {"license_number": license_number},
            "id": sale_ids.pop(),
            "receipt_number": ...,
            "external_id": draw(some(numbers)),
            "terminal": draw(some(numbers)),
            "identifications": [
                {
                    "types": {"id": f"CAKOMIT000{n}"},
                    "id": draw(some(numbers)),
                    "birthday": "1982-04-26T00:00:01Z",
                }
                for n in (1, 2)
            ],
            "employees": {"id": draw(some(ids)), "name": {"first_name": first, "last_name": last}},
            "line_items": [{**line, "lot": {"id": draw(some(ids))}}],
            "payments": [{**base["payments"][0], "id": draw(NUMBER), "provider_name": draw(NUMBER)}],
            "entity_state": [
                {
                    "state": "active",
                    "date": "2026-05-18T22:44:40Z",
                    "reason": draw(some(["sale created", f"for {first} {last}"])),
                    "actioned_by": draw(some([*numbers, "system generated"])),
                }
            ],
        }

    return [
        {key: value for key, value in sale().items() if value is not ...}
        for _ in range(draw(st.integers(1, 4)))
    ]


def originals(value: Any, key: str = "") -> Iterator[str]:
    """Every name and number of a file, by the names of their fields."""
    if isinstance(value, dict):
        if "first_name" in value:
            yield f"{value['first_name']} {value['last_name']}"
        for name, each in value.items():
            yield from originals(each, key if name == "id" else name)
    elif isinstance(value, list):
        for each in value:
            yield from originals(each, key)
    elif isinstance(value, str) and len(value) >= 4 and key in PERSONAL and value not in PUBLIC:
        yield value


PERSONAL = frozenset(
    """
    licenseNumber license_number receiptNumber receipt_number patientLicenseNumber caregiverLicenseNumber recordedByUserName packageLabel invoiceNumber
    external_id terminal identifications employees first_name last_name lot payments provider_name actioned_by line_items
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
PUBLIC = frozenset({"system generated", "sale created"})


@HERE
@given(content=rows() | sales(), seed=st.integers(0, 3))
def test_nothing_of_the_originals_is_in_the_snapshot(content: list[JSON], seed: int, tmp_path: Path) -> None:
    _, snapshot = anonymised(tmp_path, content, seed)
    assert [each for each in originals(content) if each.encode() in snapshot] == []


@HERE
@given(content=rows() | sales())
def test_everything_else_stays_and_relations_too(content: list[JSON], tmp_path: Path) -> None:
    plain, _ = import_files(written(tmp_path, "plain", content))
    world, _ = anonymised(tmp_path, content)

    assert kept(world) == kept(plain)
    assert same_pattern(told(world), told(plain))
    if "line_items" not in content[0]:
        distances = {
            (new.license_number, new.id - old.id)
            for new, old in zip(receipts(world), receipts(plain), strict=True)
        }
        assert len(distances) == len(world.ledger.books), "one distance for each license"


@HERE
@given(content=rows() | sales(), seed=st.integers(0, 9))
def test_the_same_seed_gives_the_same_bytes_whatever_the_order_of_rows(
    content: list[JSON], seed: int, tmp_path: Path
) -> None:
    world, snapshot = anonymised(tmp_path, content, seed)
    _again, same = anonymised(tmp_path, content, seed)
    shuffled = random.Random(seed).sample(content, len(content))
    other, _ = anonymised(tmp_path, shuffled, seed)

    assert same == snapshot
    if "line_items" not in content[0]:  # sales are numbered as they come
        assert {each.id: each.identifications for each in receipts(other)} == {
            each.id: each.identifications for each in receipts(world)
        }


# --- grown worlds ---------------------------------------------------------------------------------------------------


def test_a_grown_world_s_reports_are_anonymised(tmp_path: Path) -> None:
    source = grow("corner_shop", seed=4, now="2026-05-20T20:00:00Z")
    with over(source) as (t3, trace):
        table = report(t3, "LIC-00001", contentType="csv", prependCsvMetadata="false", fieldnames=COLUMNS)
        listed = trace_sales(trace, "XXXRETAIL01")
    found = {name for book in source.ledger.books.values() for name in names_of(book.receipts.values())}
    found -= {"demo"}  # the login of every imported world

    for content in (table, listed):
        plain, _ = imported(tmp_path, content)
        world, snapshot = anonymised(tmp_path, content)
        assert len([each for each in found if each.encode() in content_of(content)]) > 5
        assert [each for each in found if each.encode() in snapshot] == []
        assert kept(world) == kept(plain)
        with over(world) as (t3, _):
            (number,) = world.ledger.books
            assert pages(t3, number, "active")[0]["total"] == len(world.ledger.books[number].active)


COLUMNS = "id,licenseNumber,hostname,salesDateTime,salesCustomerType,totalPrice,patientLicenseNumber,recordedByUserName"


def content_of(content: Any) -> bytes:
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def names_of(found: Any) -> Iterator[str]:
    for each in found:
        yield from (
            each.license_number,
            each.recorded_by,
            each.terminal,
            each.employee_id,
            each.trace_id,
            each.number,
        )
        yield from (one.value for one in each.identifications)


# --- single replacements --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "original",
    [
        "CAP669172942",
        "P-000123",
        "1A4000010000000000070001",
        "a.b@c.example",
        "80d15c7713a74feeb4c1c5f533697644",
    ],
)
def test_a_number_keeps_its_look(original: str) -> None:
    made = Replacing(1, [original]).number(original)
    assert made != original
    assert [look(each) for each in made] == [look(each) for each in original]


def look(character: str) -> str:
    if character.isdigit():
        return "0"
    return ("A" if character.isupper() else "a") if character.isalpha() else character


def test_an_id_of_hexadecimals_stays_one() -> None:
    made = Replacing(1, []).number("80d15c7713a74feeb4c1c5f533697644")
    assert int(made, 16)


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_license_keeps_its_state_s_look(state: Any) -> None:
    for seed in range(20):
        for example in state.license_shape.examples:
            made = Replacing(seed, [example]).number(example, state.license_shape.matches)
            assert made != example
            assert state.license_shape.matches(made)


def test_another_seed_gives_other_replacements_and_the_same_seed_the_same() -> None:
    numbers = [f"P-{n:06}" for n in range(50)]
    made = [[Replacing(seed, numbers).number(each) for each in numbers] for seed in (1, 1, 2)]
    assert made[0] == made[1]
    assert not set(zip(made[0], made[2], strict=True)) & set(zip(made[0], made[0], strict=True))


@pytest.mark.parametrize(
    "numbers",
    [
        [f"{n}" for n in range(10)],
        [f"{n:02}" for n in range(100)],
        [f"{n:04}" for n in range(0, 10_000, 7)],
        ["-", "--", "----", "", " ", "é", "李四光", "x", "X"],
        ["a" * 500, "b" * 500],
        [f"----{n}" for n in "0123456789"] + ["----"],
    ],
)
def test_replacements_differ_from_each_other_and_from_every_original(numbers: list[str]) -> None:
    replacing = Replacing(0, numbers)
    made = [replacing.number(each) for each in numbers]
    assert len({*made, *numbers}) == 2 * len(numbers)


def test_more_people_than_there_are_names_get_names_of_their_own() -> None:
    people = [f"Person {n}" for n in range(20_000)]
    replacing = Replacing(0, people)
    made = [replacing.person(each) for each in people]
    assert len(set(made)) == len(people)


def test_people_are_not_called_by_any_original_name() -> None:
    first = {Replacing(seed, []).person("Dana Whitfield")[0] for seed in range(30)}
    again = [Replacing(seed, first).person("Dana Whitfield") for seed in range(30)]
    assert first.isdisjoint(name for pair in again for name in pair)


@given(
    born=st.datetimes(datetime(1930, 1, 1), datetime(2020, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - see timezones
    days=st.lists(st.dates(date(2020, 2, 1), date(2030, 1, 1)), min_size=1, max_size=5),
    seed=st.integers(0, 5),
)
def test_nobody_gets_younger_and_few_change_age_class(born: datetime, days: list[date], seed: int) -> None:
    other = moved({born: days}, Replacing(seed, []))[born]

    assert other != born
    assert abs(other - born) <= timedelta(days=300)
    ages = [(whole_years(born.date(), day), whole_years(other.date(), day)) for day in days]
    assert all(before <= after <= before + 1 for before, after in ages)
    spread = max(days) - min(days)
    if spread < timedelta(days=30) and not any(is_near_a_threshold(born.date(), day) for day in days):
        assert all(klass(before) == klass(after) for before, after in ages)


@pytest.mark.parametrize("by", [0, 1])
def test_who_came_of_age_in_these_very_days_is_not_left_as_they_were(by: int) -> None:
    """With purchases on the day before and on the day, no other birthday fits; an earlier one is taken."""
    born = datetime(2000, 5, 20, tzinfo=UTC)
    days = [date(2021, 5, 19), date(2021, 5, 20 + by)]
    assert moved({born: days}, Replacing(0, []))[born] < born


def klass(age: int) -> int:
    return (age >= 18) + (age >= 21)


def is_near_a_threshold(born: date, day: date) -> bool:
    """Whether they come of age within some weeks of the day."""
    return any(
        whole_years(born, day + timedelta(days=by)) in (18, 21)
        and whole_years(born, day + timedelta(days=by - 1)) in (17, 20)
        for by in range(-70, 71)
    )


def test_free_text_is_removed_and_the_simulator_s_own_words_stay(tmp_path: Path) -> None:
    reasons = {
        "sale created": "sale created",
        "price changed on 2026-05-19T20:29:19Z": "price changed on 2026-05-19T20:29:19Z",
        "sale voided: Mrs Oyelaran was unwell": "sale voided",
        "asked for by Oyelaran": "reason removed",
    }
    history = [{"state": "active", "date": "2026-05-18T22:44:40Z", "reason": each} for each in reasons]
    world, _ = anonymised(tmp_path, a_told_sale(entity_state=history))
    (receipt,) = receipts(world)
    assert [each.reason for each in receipt.history] == list(reasons.values())


def test_the_seed_of_the_replacements_is_not_in_the_world(tmp_path: Path) -> None:
    world, snapshot = anonymised(tmp_path, [a_row()], seed=987_654_321)
    assert world.seed == 0
    assert b"987654321" not in snapshot


def test_the_person_who_recorded_is_the_same_person_in_both_apis(tmp_path: Path) -> None:
    sale = a_told_sale(
        entity_state=[{"state": "active", "date": "2026-05-18T22:44:40Z", "actioned_by": "Dana Whitfield"}]
    )
    world, _ = import_files(
        written(tmp_path, "rows", [a_row()]), written(tmp_path, "sales", sale), anonymise=True, seed=3
    )
    first, second = receipts(world)
    assert first.recorded_by == second.recorded_by == second.history[0].actioned_by != "Dana Whitfield"
