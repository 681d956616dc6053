"""What goes wrong between a client and its simulator."""

from http import HTTPStatus
from types import TracebackType
from typing import Protocol


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


class NotBalanced(AssertionError):  # noqa: N818 - a failed expectation, as AssertionError is
    """The ledger does not balance. The message is the audit's, a sentence a problem."""


class Caught(Protocol):
    """What pytest has caught, an ExceptionInfo."""

    @property
    def value(self) -> BaseException: ...


def says_it_all(caught: Caught) -> bool:
    """To be a module's `__tracebackhide__`: who reads our words in pytest's report need not see where they came up."""
    return isinstance(caught.value, SimulatorError | NotMet | NotExactlyOnce | NotBalanced)


__tracebackhide__ = says_it_all


class Tidying:
    """At the end of a block: what went wrong within it, `error`, is told rather than what goes wrong now."""

    def __init__(self, error: BaseException | None, *, may_be_gone: bool = False) -> None:
        self._error = error
        self._may_be_gone = may_be_gone

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, SimulatorError):
            return False
        return self._error is not None or (self._may_be_gone and error.status == HTTPStatus.NOT_FOUND)
