"""Names of invented people, as many as are asked for."""

from collections.abc import Iterator
from random import Random

FAKED = 1000
"""So many are Faker's own, which takes its time; then first and last names of theirs are put together anew."""


def people(seed: str) -> Iterator[tuple[str, str]]:
    """First and last names, without end."""
    from faker import Faker  # noqa: PLC0415 - slow to import, and most worlds in a test suite need none

    faker = Faker("en_US")
    faker.seed_instance(seed)
    known = []
    for _ in range(FAKED):
        name = faker.first_name(), faker.last_name()
        known.append(name)
        yield name
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    while True:
        yield known[int(rng.random() * FAKED)][0], known[int(rng.random() * FAKED)][1]
