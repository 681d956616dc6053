"""Named, isolated worlds in one server: add, fork, find, drop, forget what nobody uses."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import count, islice
from time import monotonic

from simulator.journal.journal import Journal
from simulator.wording import did_you_mean, echo, listed
from simulator.world import MAIN, World

MOST_WORLDS = 1000
IDLE_SECONDS = 3600.0
FORK_JOURNAL = 8 * 2**20
"""Bytes of a journal, where a world is not the main one and nothing else is asked for."""
WORLDS_PREFIX = "/worlds/"
"""What the paths of every world but the main one begin with, before its name."""
MOST_LISTED = 10
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class WorldRefused(ValueError):  # noqa: N818 - a refusal, as elsewhere
    """A world cannot be made, found or dropped. The message is one line, fit for the client."""


class NoSuchWorld(WorldRefused):
    """No world has this name."""


class _Use:
    """How many requests a world answers just now, and when it was last asked for anything.

    As a context manager it is one of those requests: meanwhile the world is not idle; with its end the time begins anew.
    """

    __slots__ = ("_tick", "answering", "at")

    def __init__(self, tick: Callable[[], float]) -> None:
        self._tick = tick
        self.answering = 0
        self.at = tick()

    def __enter__(self) -> None:
        self.answering += 1
        self.at = self._tick()

    def __exit__(self, *_: object) -> None:
        self.answering -= 1
        self.at = self._tick()


class Worlds:
    """All worlds of a server. The main one is always there; another goes when it is dropped or left alone too long.

    `most` bounds how many there are at once. A world nobody asked anything of for `idle` real seconds is gone; None
    keeps them.
    """

    def __init__(
        self,
        main: World,
        *,
        most: int = MOST_WORLDS,
        idle: float | None = IDLE_SECONDS,
        tick: Callable[[], float] = monotonic,
    ) -> None:
        self.main = main
        self.most = most
        self.idle = idle
        self._tick = tick
        self._worlds = {MAIN: main}
        self._uses = {MAIN: _Use(tick)}
        self._by_mark: dict[str, World] = {}
        self._mark_of: dict[str, str] = {}
        self._numbers = count(1)
        if main.name != MAIN:
            raise ValueError(f"the first world is called {MAIN}")
        main.settle()

    def __iter__(self) -> Iterator[World]:
        self._forget()
        return iter(tuple(self._worlds.values()))

    def __len__(self) -> int:
        self._forget()
        return len(self._worlds)

    def __getitem__(self, name: str) -> World:
        """Raises NoSuchWorld. Being asked for keeps a world."""
        world = self._worlds.get(name)
        now = self._tick()
        if world is None or self._is_idle(name, now):
            self._forget()
            hint = did_you_mean(name, self._worlds)
            known = listed(islice(self._worlds, MOST_LISTED))
            raise NoSuchWorld(
                f"There is no world {echo(name)}; it may have been dropped.{hint} Of {len(self._worlds)} worlds: {known}"
            )
        self._uses[name].at = now
        return world

    @property
    def with_own_credentials(self) -> bool:
        """Whether any world is to be found by its keys."""
        return bool(self._by_mark)

    def by_mark(self, mark: str) -> World | None:
        """The world whose own keys begin so. Being asked for keeps it."""
        world = self._by_mark.get(mark)
        if world is None or self._is_idle(world.name, now := self._tick()):
            return None
        self._uses[world.name].at = now
        return world

    def new_name(self, name: str | None = None) -> str:
        """`name`, checked, or the next free one. Raises WorldRefused."""
        self._forget()
        if len(self._worlds) >= self.most:
            raise WorldRefused(
                f"There are {len(self._worlds)} worlds already, which is the most; drop one, or start the server with "
                "--max-worlds"
            )
        if name is None:
            return next(new for new in (f"w{number}" for number in self._numbers) if new not in self._worlds)
        if not NAME.fullmatch(name):
            raise WorldRefused(
                f"A world is called by 1 to 63 letters, digits, '_' and '-', not beginning with a sign; not {echo(name)}"
            )
        if name in self._worlds:
            raise WorldRefused(
                f"There is a world {echo(name)} already; drop it first, or choose another name"
            )
        return name

    def add(self, world: World) -> World:
        """Take in a world that was made elsewhere, under a name from `new_name`."""
        if world.name in self._worlds:
            raise WorldRefused(f"There is a world {echo(world.name)} already")
        mark = world.accounts.mark
        if mark is not None:
            if mark in self._by_mark:
                # A chance of one in four thousand million, for each other world.
                raise WorldRefused(
                    f"The keys of a world {echo(world.name)} would look like those of {self._by_mark[mark].name}; "
                    "choose another name"
                )
            self._by_mark[mark] = world
            self._mark_of[world.name] = mark
        world.settle()
        self._worlds[world.name] = world
        self._uses[world.name] = _Use(self._tick)
        return world

    def fork(self, source: World, name: str | None = None, journal: int = FORK_JOURNAL) -> World:
        """A new world that begins as `source` stands. It costs the same whatever there is in it."""
        return self.add(source.fork(self.new_name(name), Journal(journal)))

    def drop(self, name: str) -> None:
        """Raises WorldRefused for the main world, NoSuchWorld where there is none."""
        if name == MAIN:
            raise WorldRefused(f"The world {MAIN} cannot be dropped; reset it instead")
        self._remove(self[name])

    def using(self, world: World) -> AbstractContextManager[None]:
        """While a request is answered, its world is not idle; after it, the time begins anew."""
        # A world that has been dropped since it was found is still to answer, and nobody waits for it to be idle.
        return self._uses.get(world.name) or _Use(self._tick)

    def idle_seconds(self, world: World) -> float:
        """Real seconds since it was last asked for anything."""
        return self._tick() - self._uses[world.name].at

    def _is_idle(self, name: str, now: float) -> bool:
        use = self._uses[name]
        return self.idle is not None and name != MAIN and not use.answering and now - use.at > self.idle

    def _forget(self) -> None:
        now = self._tick()
        for name in [name for name in self._worlds if self._is_idle(name, now)]:
            self._remove(self._worlds[name])

    def _remove(self, world: World) -> None:
        del self._worlds[world.name], self._uses[world.name]
        world.journal.close()
        mark = self._mark_of.pop(world.name, None)
        if mark is not None:
            del self._by_mark[mark]
