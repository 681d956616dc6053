"""What the ledger of a world has: whether it balances, and all its receipts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from simulator.client.control import Control
from simulator.client.errors import NotBalanced, SimulatorError, says_it_all
from simulator.client.reading import Json, read

__tracebackhide__ = says_it_all
PATIENCE = 600
"""Seconds that an audit may take: a million receipts take some ten."""


@dataclass(frozen=True, slots=True)
class AuditedLicense:
    """What is added up of one license: quantities over all its lots, money over receipts that stand.

    `receipts` counts them by state. What was `received` is `on_hand`, `sold` or `refunded`; that is what came back from
    customers and not to its lots. `net` is money before taxes, `total` with them.
    """

    license_number: str
    lots: int
    received: Decimal
    on_hand: Decimal
    sold: Decimal
    refunded: Decimal
    receipts: Mapping[str, int]
    net: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class RepeatedId:
    """An external id under which more than one receipt stands: their numbers, and how many stand."""

    license_number: str
    external_id: str
    receipts: tuple[str, ...]
    standing: int


@dataclass(frozen=True, slots=True)
class Audit:
    """Whether the ledger is `balanced`; if not, `problems` say why. Those that are not told are counted in `more_...`.

    `hidden` receipts are recorded, and not shown to readers yet.
    """

    balanced: bool
    problems: tuple[str, ...]
    more_problems: int
    licenses: tuple[AuditedLicense, ...]
    repeated: tuple[RepeatedId, ...]
    more_repeated: int
    hidden: int

    def assert_balanced(self) -> None:
        """Raises NotBalanced unless it is."""
        if not self.balanced:
            more = [f"and {self.more_problems} more"] if self.more_problems else []
            raise NotBalanced("\n".join([*self.problems, *more]))


@dataclass(frozen=True, slots=True)
class Row:
    """A receipt as the ledger has it. `net` is money before taxes, `total` with them; `packages` are different lots.

    Times are in UTC, but for `local_time`, which is what the shop's clock showed.
    """

    license_number: str
    id: int
    number: str
    trace_id: str
    external_id: str | None
    state: str
    sold_at: datetime
    local_time: datetime
    recorded_at: datetime
    modified_at: datetime
    net: Decimal
    total: Decimal
    quantity: Decimal
    packages: int


def audit(control: Control, license_number: str | None, external_id_prefix: str | None) -> Audit:
    told = control.get(
        "/audit", patience=PATIENCE, license_number=license_number, external_id_prefix=external_id_prefix
    )
    return read(
        Audit,
        told,
        problems=tuple(told["problems"]),
        licenses=tuple(_license(each) for each in told["licenses"]),
        repeated=tuple(read(RepeatedId, each, receipts=tuple(each["receipts"])) for each in told["repeated"]),
    )


def rows(
    control: Control, license_number: str | None, external_id_prefix: str | None, since_id: int | None
) -> Iterator[Row]:
    import msgspec  # noqa: PLC0415 - slow to import, and most who ask a server need it not

    decode = msgspec.json.Decoder(Row).decode
    for line in control.lines(
        "/receipts",
        license_number=license_number,
        external_id_prefix=external_id_prefix,
        since_id=since_id,
    ):
        try:
            yield decode(line)
        except msgspec.DecodeError as error:
            raise SimulatorError(f"a line of the receipts is not as a simulator writes it: {error}") from None


def _license(told: Json) -> AuditedLicense:
    amounts = {
        name: Decimal(told[name]) for name in ("received", "on_hand", "sold", "refunded", "net", "total")
    }
    return read(AuditedLicense, told, **amounts)
