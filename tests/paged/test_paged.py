"""Lists and maps in pages do what a list and a dict do, and forks of them never see one another's changes."""

from collections.abc import Iterator, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.paged import list as paged_list
from simulator.paged import map as paged_map
from simulator.paged import ordered
from simulator.paged.list import FULL, PagedList
from simulator.paged.map import PAGES, SMALL, PagedMap
from simulator.paged.ordered import Ordered

ITEMS = st.integers(-20, 60)
WHICH = st.integers(0, 5)


@pytest.fixture(scope="class")
def small_pages() -> Iterator[None]:
    """So few items a page that a handful of them fills several, for all tests of a class."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paged_list, "FULL", 4)
        patch.setattr(ordered, "FULL", 4)
        patch.setattr(ordered, "MOST", 6)
        patch.setattr(ordered, "LEAST", 2)
        patch.setattr(paged_map, "PAGES", 3)
        patch.setattr(paged_map, "SMALL", 4)
        yield


def agree(paged: Sequence[int], plain: list[int]) -> None:
    """The list is the plain one, read in every way."""
    assert len(paged) == len(plain)
    assert list(paged) == plain
    assert [paged[place] for place in range(-len(plain), len(plain))] == plain + plain
    for start in range(-len(plain) - 1, len(plain) + 2):
        for stop in range(start, start + 8, 3):
            assert paged[start:stop] == plain[start:stop]
    for whole in (slice(None), slice(3, None), slice(None, -2), slice(None, None, 2), slice(None, 1, -1)):
        assert paged[whole] == plain[whole]
    assert repr(paged) == repr(plain)
    for place in (len(plain), -len(plain) - 1):
        with pytest.raises(IndexError):
            paged[place]
    assert all(item in paged for item in plain)
    assert None not in paged


LIST_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("fork"), WHICH, st.just([0])),
        st.tuples(st.just("drop"), WHICH, st.just([0])),
        st.tuples(st.just("append"), WHICH, st.lists(ITEMS, min_size=1, max_size=1)),
        st.tuples(st.just("extend"), WHICH, st.lists(ITEMS, max_size=20)),
        st.tuples(st.just("look"), WHICH, st.just([0])),
    ),
    max_size=30,
)


@pytest.mark.usefixtures("small_pages")
class TestSmallPages:
    @settings(deadline=None)
    @given(LIST_STEPS)
    def test_a_paged_list_is_a_list(self, steps: list[tuple[str, int, list[int]]]) -> None:
        pairs: list[tuple[PagedList[int], list[int]]] = [(PagedList(), [])]
        for what, which, items in steps:
            paged, plain = pairs[which % len(pairs)]
            if what == "fork":
                pairs.append((paged.fork(), plain.copy()))
            elif what == "drop" and len(pairs) > 1:
                del pairs[which % len(pairs)]
            elif what == "append":
                paged.append(items[0])
                plain.append(items[0])
            elif what == "extend":
                paged.extend(items)
                plain.extend(items)
            elif what == "look":
                agree(paged, plain)
        for paged, plain in pairs:
            agree(paged, plain)

    @settings(deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.sampled_from(["fork", "drop", "look"]), WHICH, st.just([0])),
                st.tuples(st.just("add"), WHICH, st.lists(ITEMS, min_size=1, max_size=1)),
                st.tuples(st.just("add all"), WHICH, st.lists(ITEMS, max_size=20, unique=True)),
                st.tuples(st.just("remove"), WHICH, st.lists(ITEMS, min_size=1, max_size=8, unique=True)),
            ),
            max_size=40,
        ),
    )
    def test_an_ordered_one_is_a_sorted_list(self, steps: list[tuple[str, int, list[int]]]) -> None:
        pairs: list[tuple[Ordered[int], list[int]]] = [(Ordered(downwards), [])]
        for what, which, drawn in steps:
            paged, plain = pairs[which % len(pairs)]
            if what == "fork":
                pairs.append((paged.fork(), plain.copy()))
            elif what == "drop" and len(pairs) > 1:
                del pairs[which % len(pairs)]
            elif what == "look":
                agree(paged, plain)
            else:
                change(paged, plain, what, drawn)
                plain.sort(key=downwards)
        for paged, plain in pairs:
            agree(paged, plain)
            assert all(0 < len(page) <= ordered.MOST for page in paged._pages)

    @settings(deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.sampled_from(["fork", "drop", "look"]), WHICH, st.just([(0, 0)])),
                st.tuples(
                    st.just("put"), WHICH, st.lists(st.tuples(ITEMS, st.integers()), min_size=1, max_size=1)
                ),
                st.tuples(st.just("update"), WHICH, st.lists(st.tuples(ITEMS, st.integers()), max_size=20)),
            ),
            max_size=30,
        )
    )
    def test_a_paged_map_is_a_dict(self, steps: list[tuple[str, int, list[tuple[int, int]]]]) -> None:
        pairs: list[tuple[PagedMap[int, int], dict[int, int]]] = [(PagedMap(), {})]
        for what, which, items in steps:
            paged, plain = pairs[which % len(pairs)]
            if what == "fork":
                pairs.append((paged.fork(), plain.copy()))
            elif what == "drop" and len(pairs) > 1:
                del pairs[which % len(pairs)]
            elif what == "put":
                paged.put(*items[0])
                plain.update(items)
            elif what == "update":
                paged.update(items)
                plain.update(items)
            elif what == "look":
                same(paged, plain)
        for paged, plain in pairs:
            same(paged, plain)


def downwards(item: int) -> tuple[int]:
    return (-item,)


def change(paged: Ordered[int], plain: list[int], what: str, drawn: list[int]) -> None:
    """Do it to both; the plain list is sorted afterwards."""
    if what == "remove":
        for item in drawn:
            if item in plain:
                paged.remove(item)
                plain.remove(item)
            else:
                with pytest.raises(KeyError):
                    paged.remove(item)
        return
    new = [item for item in drawn if item not in plain]
    if what == "add all":
        paged.add_all(new)
    else:
        for item in new:
            paged.add(item)
    plain += new


def same(paged: PagedMap[int, int], plain: dict[int, int]) -> None:
    """The map is the dict, in the same order, read in every way."""
    assert len(paged) == len(plain)
    assert list(paged) == list(paged.keys()) == list(plain)
    assert list(paged.values()) == list(plain.values())
    assert list(paged.items()) == list(plain.items())
    assert paged == plain
    assert repr(paged) == repr(plain)
    for key in range(-21, 62):
        assert (key in paged) is (key in plain)
        assert paged.get(key) == plain.get(key)
        assert paged.get(key, "none") == plain.get(key, "none")
        if key in plain:
            assert paged[key] == plain[key]
        else:
            with pytest.raises(KeyError):
                paged[key]


def not_shared(one: PagedList[int], other: PagedList[int]) -> int:
    """How many pages of one the other does not have."""
    others = {id(page) for page in other._pages}
    return sum(id(page) not in others for page in one._pages)


@pytest.mark.parametrize("place", [0, 50_000, 99_999])
def test_a_fork_of_a_long_list_copies_one_page_when_it_is_written_to(place: int) -> None:
    whole: Ordered[int] = Ordered(lambda item: item)
    whole.add_all(range(0, 200_000, 2))

    fork = whole.fork()
    assert fork._pages is whole._pages
    fork.remove(2 * place)

    assert not_shared(fork, whole) == 1
    whole.remove(2 * place)
    assert not_shared(whole, fork) == 1
    assert list(fork) == list(whole)


@pytest.mark.parametrize("number", [SMALL, SMALL + 1, 20 * SMALL])
def test_a_fork_of_a_long_map_copies_none_of_it_when_it_is_written_to(number: int) -> None:
    whole: PagedMap[int, int] = PagedMap()
    whole.update((key, key) for key in range(number))

    fork = whole.fork()
    fork.put(0, -1)

    assert whole[0] == 0
    assert fork[0] == -1
    assert (fork._base is whole._base) is (number > SMALL)
    again = fork.fork()
    again.put(1, -1)
    if number > SMALL:
        assert sum(one is not other for one, other in zip(again._pages, fork._pages, strict=True)) == 1


def test_a_map_that_grew_after_its_first_fork_spreads_over_its_pages() -> None:
    whole: PagedMap[int, int] = PagedMap()
    whole.update((-key, key) for key in range(1, SMALL + 2))
    grown = whole.fork()
    grown.update((PAGES // 2 * key, key) for key in range(10 * PAGES))

    assert max(map(len, grown._pages)) <= 20
    assert list(grown)[: SMALL + 1] == list(whole)


def test_a_list_in_any_order_of_adding_and_removing_keeps_its_pages_well_filled() -> None:
    """Neither a page for each item nor one for all of them, whatever the order."""
    rng = Random(1)
    items = list(range(40_000))
    rng.shuffle(items)
    whole: Ordered[int] = Ordered(lambda item: item)
    for item in items:
        whole.add(item)
    assert list(whole) == sorted(items)
    assert len(items) // (2 * FULL) <= len(whole._pages) <= 4 * len(items) // FULL

    for item in items[:-100]:
        whole.remove(item)
    assert list(whole) == sorted(items[-100:])
    assert len(whole._pages) == 1
    for item in items[-100:]:
        whole.remove(item)
    assert list(whole) == []
    assert whole._pages == []
