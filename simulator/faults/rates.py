"""How many requests each user has made in the window of simulated time that runs for them."""

from datetime import UTC, datetime, timedelta


class Windows:
    """Fixed windows: a user's begins with their first request in it and lasts as long as all others.

    GAP(rate-limit-window): 600 a minute for each user is documented, but not whether the minute is fixed or slides.
    """

    def __init__(self, requests: int, length: timedelta) -> None:
        self._requests = requests
        self._length = length
        # The oldest first: a window that begins is put at the end.
        self._begun: dict[str, tuple[datetime, int]] = {}
        self._latest = datetime.min.replace(tzinfo=UTC)

    def __len__(self) -> int:
        return len(self._begun)

    def count(self, user: str, now: datetime) -> datetime | None:
        """Count one request; when it is beyond the limit, the moment at which the user's window ends."""
        self._forget(now)
        begin, before = self._begun.get(user, (now, 0))
        self._begun[user] = begin, before + 1
        return begin + self._length if before >= self._requests else None

    def _forget(self, now: datetime) -> None:
        """Drop the windows that have passed, so that there are never more than users in one length of time.

        Those that a clock which was set back has before it again have not begun.
        """
        if now < self._latest:
            self._begun = {user: window for user, window in self._begun.items() if window[0] <= now}
        self._latest = now
        while self._begun:
            user, (begin, _) = next(iter(self._begun.items()))
            if now < begin + self._length:
                return
            del self._begun[user]
