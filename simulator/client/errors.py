"""What goes wrong between a client and its simulator."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus


class SimulatorError(Exception):
    """The server refused, in its own words, or could not be reached.

    `status` is the HTTP status of the refusal; None when there was no answer.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class NotMet(AssertionError):  # noqa: N818 - a failed expectation, as AssertionError is
    """The requests that were waited for did not come in time. The message tells what came closest."""


class NotExactlyOnce(AssertionError):  # noqa: N818 - a failed expectation, as AssertionError is
    """Some sale is not recorded exactly once. The message is the oracle's, a sentence or two a problem."""


@contextmanager
def tidying(error: BaseException | None, *, may_be_gone: bool = False) -> Iterator[None]:
    """At the end of a block: what went wrong within it, `error`, is told rather than what goes wrong now."""
    try:
        yield
    except SimulatorError as refused:
        gone = may_be_gone and refused.status == HTTPStatus.NOT_FOUND
        if error is None and not gone:
            raise
