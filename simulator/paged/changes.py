"""What was changed in a list lately, for those who keep something that follows from it."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar
from weakref import WeakSet

T = TypeVar("T")
Change = tuple[T | None, T | None]
"""What was there before and what is there now; None: it came, or went."""

MOST = 50_000
"""Changes that are remembered at most. To make up for so many takes about as long as to begin anew with a million."""


class Follower(Protocol):
    """Who keeps something that follows from the list as it stood at a version."""

    @property
    def version(self) -> int: ...

    def lose(self) -> None:
        """What came since that version is forgotten: let go of what was kept."""


class Changes(Generic[T]):
    """Versions count changes. To note one costs the same however many follow, and next to nothing while nobody does.

    A list that was forked has other changes from then on: each side has Changes of its own.
    """

    __slots__ = ("_followers", "_latest", "_remembers", "_start", "version")

    def __init__(self) -> None:
        self.version = 0
        self._latest: list[Change[T]] = []
        self._start = 0
        """The version that the first of the latest changes was made to."""
        self._remembers = False
        # Made for the first: most lists of a world of many licenses never have any, and every fork has them all.
        self._followers: WeakSet[Follower] | None = None

    def note(self, before: T | None, after: T | None) -> None:
        """One change. A thing that moves to another list is gone from here and has come there."""
        self.version += 1
        if self._remembers:
            self._latest.append((before, after))
            if len(self._latest) > MOST:
                self._forget(MOST // 2)

    def note_many(self) -> None:
        """So much was changed at once that whoever follows had better begin anew."""
        self.version += 1
        self._forget(len(self._latest))

    def follow(self, follower: Follower) -> None:
        """Remember what comes from now on, as long as the follower is there and keeps up."""
        if not self._remembers:
            self._start, self._remembers = self.version, True
        if self._followers is None:
            self._followers = WeakSet()
        self._followers.add(follower)

    def since(self, version: int) -> Sequence[Change[T]] | None:
        """What came since, oldest first; None where it is not remembered."""
        if version == self.version:
            return ()
        return self._latest[version - self._start :] if self._remembers and version >= self._start else None

    def _forget(self, number: int) -> None:
        """Let go of so many of the oldest, and of all of it when nobody is left who keeps up."""
        del self._latest[:number]
        self._start = self.version - len(self._latest)
        followers = self._followers
        for follower in list(followers or ()):
            if followers is not None and follower.version < self._start:
                followers.discard(follower)
                follower.lose()
        if not followers:
            self._latest, self._start, self._remembers = [], self.version, False
