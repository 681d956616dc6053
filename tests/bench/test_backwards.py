"""The client that reads downwards misses nobody who was there throughout, whatever goes, and wherever."""

import json
from random import Random
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("on_path")
ROWS = 3


class Listed:
    """A list by falling price, of which rows go anywhere and to which cheaper ones are added, while it is read."""

    def __init__(self, random: Random, count: int) -> None:
        self.random = random
        self.rows = [{"id": number, "totalPrice": 1000 - number // 2} for number in range(count)]
        self.kept = {row["id"] for row in self.rows}
        self.next_id = count

    def page(self, number: int) -> bytes:
        return json.dumps({"data": self.rows[(number - 1) * ROWS : number * ROWS]}).encode()

    def change(self) -> None:
        if self.random.random() < 0.6 and self.rows:
            self.kept.discard(self.rows.pop(self.random.randrange(len(self.rows)))["id"])
        else:
            self.rows.append({"id": self.next_id, "totalPrice": 1})
            self.next_id += 1


def read(listed: Listed, connections: int) -> set[int]:
    """All pages, the connections in any order, with a change between any two answers."""
    from _backwards import downwards, shares  # noqa: PLC0415 - the fixture makes it importable

    seen: set[int] = set()
    tops: dict[int, Any] = {}
    pages = -(-len(listed.rows) // ROWS)
    scripts = [
        downwards(number, share, lambda page: str(page).encode(), tops, seen)
        for number, share in enumerate(shares(pages, connections))
    ]
    asked = {number: int(next(script)) for number, script in enumerate(scripts)}
    while asked:
        number = listed.random.choice(list(asked))
        body = listed.page(asked[number])
        listed.change()
        try:
            asked[number] = int(scripts[number].send(body))
        except StopIteration:
            del asked[number]
    return seen


@pytest.mark.parametrize("seed", range(60))
def test_nobody_is_missed(seed: int) -> None:
    random = Random(seed)
    listed = Listed(random, random.randrange(1, 120))

    seen = read(listed, connections=random.randrange(1, 5))

    assert listed.kept & {row["id"] for row in listed.rows} <= seen


def test_reading_upwards_would_miss_some() -> None:
    listed = Listed(Random(1), 90)
    seen: set[int] = set()
    for number in range(1, 31):
        seen.update(row["id"] for row in json.loads(listed.page(number))["data"])
        listed.change()

    assert not listed.kept <= seen
