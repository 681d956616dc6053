"""The audit of a whole ledger, in turns between which others are served."""

from collections.abc import Iterator

from simulator.audit.book import BookAudit
from simulator.audit.report import MOST_TOLD, Problems, Report
from simulator.ledger.state import Ledger


class Audit:
    """Of a ledger that nobody writes to meanwhile, as a fork of one; of one license where that is named.

    With `external_id_prefix`, receipts are counted, and repeated external ids told, only of ids that begin so. All are
    checked.
    """

    def __init__(
        self, ledger: Ledger, license_number: str | None = None, external_id_prefix: str | None = None
    ) -> None:
        self._problems = Problems()
        self._books = [
            BookAudit(
                book, self._problems, restocks=ledger.policies.refund_restocks, prefix=external_id_prefix
            )
            for number, book in ledger.books.items()
            if license_number in (None, number)
        ]

    def turns(self) -> Iterator[None]:
        """Each takes a millisecond or two."""
        for book in self._books:
            yield from book.turns()

    def report(self) -> Report:
        """What was found, once there is no turn left."""
        repeated = [each for book in self._books for each in book.repeated]
        return Report(
            tuple(self._problems.told),
            self._problems.more,
            tuple(book.sums for book in self._books if book.sums.lots or book.has_receipts),
            tuple(repeated[:MOST_TOLD]),
            len(repeated[MOST_TOLD:]) + sum(book.more_repeated for book in self._books),
        )


def audited(
    ledger: Ledger, license_number: str | None = None, external_id_prefix: str | None = None
) -> Report:
    """All turns at once."""
    audit = Audit(ledger, license_number, external_id_prefix)
    for _ in audit.turns():
        pass
    return audit.report()
