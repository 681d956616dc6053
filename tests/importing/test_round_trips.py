"""What a world shows, imported into another world, is shown there again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.imports import (
    all_fields,
    both,
    imported,
    pages,
    report,
    timeless,
    trace_sales,
)
from t3api.models.v2_sales_active_get200_response import V2SalesActiveGet200Response

from simulator.ledger.model import License
from simulator.seeding import grow
from simulator.seeding.find import shipped
from simulator.world import World

NOW = "2026-05-20T20:00:00Z"
SHOP = "LIC-00001"
JSON = dict[str, Any]


@pytest.fixture(scope="module", params=[0, 7])
def exported(request: pytest.FixtureRequest) -> World:
    """A grown world to export from."""
    return grow("corner_shop", seed=request.param, now=NOW)


def reimported(exported: World, folder: Path, *contents: Any, **options: Any) -> World:
    """The world of what was exported, under the same clock, so that both are asked at the same moment."""
    world, _ = imported(folder, *contents, **options)
    world.clock = exported.clock
    return world


@pytest.mark.parametrize("preamble", ["true", "false"])
@pytest.mark.parametrize("fields", ["all", "default"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_a_csv_report_of_all_fields_gives_the_same_reports(
    exported: World, tmp_path: Path, preamble: str, fields: str, line_end: str
) -> None:
    every = all_fields(exported)
    query = {"contentType": "csv", "prependCsvMetadata": preamble}
    query |= {"fieldnames": every} if fields == "all" else {}
    with both(exported) as (t3, _):
        source = report(t3, SHOP, contentType="csv", prependCsvMetadata=preamble, fieldnames=every)
        expected = report(t3, SHOP, **query)

    world = reimported(exported, tmp_path, source.replace("\r\n", line_end))

    with both(world) as (t3, _):
        assert report(t3, SHOP, **query) == expected


@pytest.mark.parametrize("preamble", ["true", "false"])
def test_a_csv_report_of_the_default_fields_gives_the_same_default_report(
    exported: World, tmp_path: Path, preamble: str
) -> None:
    """It has neither ids nor times of recording; what they are made of keeps the order of rows."""
    with both(exported) as (t3, _):
        source = report(t3, SHOP, contentType="csv", prependCsvMetadata=preamble)

    world = reimported(exported, tmp_path, source, license_number=SHOP, state="ca")

    with both(world) as (t3, _):
        assert report(t3, SHOP, contentType="csv", prependCsvMetadata=preamble) == source
    assert set(world.ledger.books[SHOP].receipts) == {each.id for each in exported.ledger.books[SHOP].active}


@pytest.mark.parametrize("fields", ["all", "default"])
def test_a_json_report_gives_the_same_report(exported: World, tmp_path: Path, fields: str) -> None:
    query = {"fieldnames": all_fields(exported)} if fields == "all" else {}
    with both(exported) as (t3, _):
        source = json.loads(report(t3, SHOP, **query))

    world = reimported(exported, tmp_path, source, state="ca")

    with both(world) as (t3, _):
        assert json.loads(report(t3, SHOP, **query)) == source


@pytest.mark.parametrize(
    "form", ["one page", "array of pages", "page a line", "array of receipts", "a file each"]
)
def test_pages_of_both_lists_give_the_same_pages(exported: World, tmp_path: Path, form: str) -> None:
    size = 500 if form == "one page" else 50
    with both(exported) as (t3, _):
        active, inactive = (pages(t3, SHOP, index, size) for index in ("active", "inactive"))
    every = [*active, *inactive]
    contents: dict[str, list[Any]] = {
        "one page": every,
        "array of pages": [every],
        "page a line": ["".join(json.dumps(page) + "\n" for page in every)],
        "array of receipts": [[row for page in every for row in page["data"]]],
        "a file each": every,
    }

    world = reimported(exported, tmp_path, *contents[form])

    with both(world) as (t3, _):
        assert timeless(pages(t3, SHOP, "active", size)) == timeless(active)
        assert timeless(pages(t3, SHOP, "inactive", size)) == timeless(inactive)


@pytest.mark.parametrize("number", ["XXXRETAIL01", "LIC-00001"])
@pytest.mark.parametrize("form", ["list", "sales", "array", "sale a line", "single answers"])
def test_trace_s_list_gives_the_same_list(exported: World, tmp_path: Path, number: str, form: str) -> None:
    with both(exported) as (_, trace):
        source = trace_sales(trace, number)
    sales = source["results"]["data"]
    singles = [{"results": {"type": "object", "data": sale}, "warnings": []} for sale in sales]
    contents: dict[str, Any] = {
        "list": source,
        "sales": {"sales": sales},
        "array": sales,
        "sale a line": "".join(json.dumps(sale) + "\n" for sale in sales),
        "single answers": "".join(json.dumps(each) + "\n" for each in singles),
    }

    world = reimported(exported, tmp_path, contents[form])

    with both(world) as (_, trace):
        assert trace_sales(trace, number) == source


def test_the_receipts_have_the_same_ids_totals_and_times(exported: World, tmp_path: Path) -> None:
    with both(exported) as (t3, _):
        source = report(t3, SHOP, contentType="csv", fieldnames=all_fields(exported))

    world = reimported(exported, tmp_path, source)

    def told(world: World) -> list[tuple[Any, ...]]:
        return [
            (each.id, each.trace_id, each.number, each.net, each.sold_at, each.local_time, each.recorded_at)
            for each in world.ledger.books[SHOP].active
        ]

    assert told(world) == told(exported)


def test_the_vendor_s_client_reads_the_imported_pages(exported: World, tmp_path: Path) -> None:
    with both(exported) as (t3, _):
        source = [*pages(t3, SHOP, "active"), *pages(t3, SHOP, "inactive")]

    world = reimported(exported, tmp_path, source)

    with both(world) as (t3, _):
        for index in ("active", "inactive"):
            for page in pages(t3, SHOP, index):
                read = V2SalesActiveGet200Response.from_dict(page)
                assert read is not None
                assert [row.id for row in read.data or []] == [row["id"] for row in page["data"]]


def test_an_import_of_an_import_s_snapshot_world_changes_nothing_more(
    exported: World, tmp_path: Path
) -> None:
    with both(exported) as (t3, _):
        source = report(t3, SHOP, contentType="csv", fieldnames=all_fields(exported))
    first = reimported(exported, tmp_path, source)
    with both(first) as (t3, _):
        again = report(t3, SHOP, contentType="csv", fieldnames=all_fields(first))
    second = reimported(exported, tmp_path, again)

    assert first.ledger.books[SHOP].receipts == second.ledger.books[SHOP].receipts


@pytest.mark.parametrize("recipe", shipped())
def test_the_licenses_of_every_recipe_come_back(recipe: str, tmp_path: Path) -> None:
    """In all states, with everything that breaks clients: late reports, odd names, refunds."""
    size = {} if recipe == "edge_cases" else {"receipts": 120}
    exported = grow(recipe, seed=1, now=NOW, **size)
    shown = 0
    for number, license_ in seen_licenses(exported):
        with both(exported, number) as (t3, trace):
            lists = [pages(t3, number, index, 500) for index in ("active", "inactive")]
            sales = trace_sales(trace, number, license_.state_code) if license_.state.in_trace else None
        if any(page["total"] for each in lists for page in each):
            world = reimported(exported, tmp_path, [*lists[0], *lists[1]])
            with both(world, number) as (t3, _):
                again = [pages(t3, number, index, 500) for index in ("active", "inactive")]
            assert timeless(again) == timeless(lists)
            shown += 1
        if sales and sales["results"]["data"]:
            world = reimported(exported, tmp_path, sales)
            with both(world, number) as (_, trace):
                assert trace_sales(trace, number, license_.state_code) == sales
    assert shown


def seen_licenses(world: World) -> Iterator[tuple[str, License]]:
    """Those that somebody sees through both APIs."""
    for number, book in world.ledger.books.items():
        host, license_ = book.license.state.host, book.license
        accounts = [each for each in world.accounts.everyone if number in each.licenses]
        at_t3 = any(each.hostname == host and each.tier for each in accounts)
        if host and license_.active and at_t3 and any(each.trace_api_key for each in accounts):
            yield number, license_
