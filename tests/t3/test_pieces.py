"""A page put together from pieces is, byte for byte, the page that is encoded as a whole."""

from collections.abc import Iterator
from itertools import chain

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.asgi import InProcess
from support.builders import ACTOR, SHOP, a_line, a_world, recorded
from support.receipts import any_receipts

from simulator.ledger.commands import FinalizeReceipts
from simulator.ledger.model import License, Receipt
from simulator.ledger.packing import PackedReceipt, Packing
from simulator.query.compile import Page
from simulator.t3 import collection as of_collections
from simulator.t3.collection import Collection
from simulator.t3.envelope import page_json
from simulator.t3.lists import pieces
from simulator.t3.receipts import receipts_of

AT = "2026-05-20T20:00:00.125Z"
OWN = [
    "caregiverLicenseNumber",
    "id",
    "lastModified",
    "patientLicenseNumber",
    "receiptNumber",
    "recordedDateTime",
    "salesDateTime",
    "totalPackages",
    "totalPrice",
]


@pytest.fixture
def collection() -> Iterator[Collection]:
    """A license's receipts, of which nobody showed any yet."""
    receipts_of.cache_clear()
    yield receipts_of(License(SHOP, "Shop", "ca", "Retailer"))
    receipts_of.cache_clear()


def page_of(rows: list[PackedReceipt], collection: Collection) -> bytes:
    return page_json(Page(rows, 1, 500, len(rows)), pieces(collection, rows), AT)


def encoded(receipts: list[Receipt], collection: Collection) -> bytes:
    return msgspec.json.encode(
        {
            "page": 1,
            "totalPages": 1 if receipts else 0,
            "pageSize": 500,
            "total": len(receipts),
            "data": [collection.show(each, AT) for each in receipts],
        }
    )


@given(st.lists(any_receipts(SHOP), max_size=5), st.sampled_from([1, 2, 1024]))
@settings(deadline=None)
def test_any_receipts_are_written_as_one_by_one(receipts: list[Receipt], most: int) -> None:
    """However few parts in common are kept, and whoever is shown first."""
    collection = receipts_of(License(SHOP, "Shop", "ca", "Retailer"))
    rows = list(map(Packing(SHOP).pack, receipts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_collections, "MOST_COMMON", most)
        page_of(rows[1:3], collection)
        for _ in range(2):
            assert page_of(rows, collection) == encoded(receipts, collection)


def test_what_is_common_is_kept_once(collection: Collection) -> None:
    world = a_world()
    receipts = [recorded(world, a_line(price=f"{number}.00")) for number in range(1, 9)]
    world.execute(FinalizeReceipts(ACTOR, SHOP, tuple(each.id for each in receipts[:3])))
    fork = world.ledger.fork()

    rows = list(chain(world.ledger.books[SHOP].active_rows, world.ledger.books[SHOP].inactive_rows))
    pieces(collection, rows)

    assert len({id(row.shown_with) for row in rows}) == 2
    assert len({row.shown for row in rows}) == len(rows)
    again = list(chain(fork.books[SHOP].active_rows, fork.books[SHOP].inactive_rows))
    assert all(one is other for one, other in zip(rows, again, strict=True)), "a fork shares its rows"


def test_what_is_common_is_gathered_anew_when_it_is_too_much(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_collections, "MOST_COMMON", 3)
    receipt = recorded(a_world())
    packing = Packing(SHOP)
    by_many = [msgspec.structs.replace(receipt, recorded_by=f"User {number}") for number in range(10)]
    rows = list(map(packing.pack, by_many))

    assert page_of(rows, collection) == encoded(by_many, collection)
    assert len(collection._commons) <= 3

    late = [packing.pack(by_many[-1]) for _ in range(5)]
    assert page_of(late, collection) == encoded([by_many[-1]] * 5, collection)
    assert {id(row.shown_with) for row in late} == {id(rows[-1].shown_with)}


def test_nothing_that_tells_of_one_person_is_common(collection: Collection) -> None:
    """Or of one sale: else hardly anything is in common in a shop of patients."""
    assert [field.name for field in collection._own_fields] == OWN


def test_an_object_s_own_fields_come_first_then_what_is_common(t3: InProcess) -> None:
    names = list(t3.get("/v2/sales/active?licenseNumber=LIC-00001&pageSize=1").json()["data"][0])

    common = names[len(OWN) : -1]
    assert names[: len(OWN)] == OWN
    assert common == sorted(common)
    assert names[-1] == "retrievedAt"
