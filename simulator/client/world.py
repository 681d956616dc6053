"""One world of a server: its parts, clients of its two APIs, and its end."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx

from simulator.client.audit import Audit, Row, audit, rows
from simulator.client.clock import Clock
from simulator.client.control import Control, part
from simulator.client.errors import SimulatorError, Tidying, says_it_all
from simulator.client.faults import Faults
from simulator.client.info import Account, License, WorldInfo, account, world_info
from simulator.client.journal import Journal
from simulator.client.oracle import Oracle
from simulator.client.reading import said
from simulator.client.snapshots import Checkpoint, Snapshots

if TYPE_CHECKING:
    from simulator.client.server import Simulator

__tracebackhide__ = says_it_all
MAIN = "main"


class World:
    """Got from a Simulator. As a context manager it is dropped at the end; the main world stays.

    `url` is the address to give to clients. All that asks the server raises SimulatorError.
    """

    def __init__(self, simulator: "Simulator", name: str, info: WorldInfo | None = None) -> None:
        self.simulator = simulator
        self.name = name
        path = "" if name == MAIN else f"/worlds/{part(name)}"
        self.url = simulator.url + path
        self.control = Control(simulator.control.connection, path)
        self.clock = Clock(self.control)
        self.faults = Faults(self.control)
        self.journal = Journal(self.control)
        self.oracle = Oracle(self.control)
        self.snapshots = Snapshots(self.control)
        self._info = info

    def __repr__(self) -> str:
        return f"<World {self.url}>"

    def info(self) -> WorldInfo:
        """How it stands now."""
        self._info = world_info(self.control.get("/world"))
        return self._info

    @property
    def _known(self) -> WorldInfo:
        """How it stood when it was made or last asked: enough for what seldom changes."""
        return self._info or self.info()

    @property
    def environment(self) -> dict[str, str]:
        """Variables that point clients at it, under the names they read: T3_API_HOST, TRACE_API_KEY and others."""
        return {**self._known.environment, "SIMULATOR_URL": self.url}

    @property
    def licenses(self) -> tuple[License, ...]:
        return self._known.licenses

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Who may ask now; the first is the demo account."""
        return tuple(account(told) for told in self.control.get("/accounts")["accounts"])

    @cached_property
    def t3(self) -> httpx.Client:
        """A client of its T3 with the demo account's secret key: `world.t3.get("/v2/licenses")`."""
        return self.client_of(self._first("t3_headers").t3_headers)

    @cached_property
    def trace(self) -> httpx.Client:
        """A client of its Trace with the demo account's two headers: `world.trace.post("/ca/v1/sales", json=...)`."""
        return self.client_of(self._first("trace_headers").trace_headers)

    def client_of(self, headers: dict[str, str] | None = None) -> httpx.Client:
        """A client of both APIs with headers of your own, as those of another account."""
        return self.control.connection.client(self.url, headers or {})

    def _first(self, headers: str) -> Account:
        for each in self._known.accounts:
            if getattr(each, headers):
                return each
        raise SimulatorError(f"nobody in the world {self.name} has what {headers} needs; issue an account")

    def reset(self, *only: str) -> None:
        """Be as in the beginning: in all, or only in ledger, clock, faults, journal, snapshots."""
        self.control.post("/reset", {"only": only} if only else {})

    def fork(
        self,
        name: str | None = None,
        *,
        now: datetime | str | None = None,
        own_credentials: bool = False,
        journal_bytes: int | None = None,
    ) -> "World":
        """A new world that begins as this one stands, without faults and with an empty journal. It costs little."""
        return self.simulator.create_world(
            name, fork_of=self.name, now=now, own_credentials=own_credentials, journal_bytes=journal_bytes
        )

    def a_sale(
        self,
        license_number: str | None = None,
        *,
        quantity: str = "1",
        price: str = "10.00",
        external_id: str | None = None,
    ) -> dict[str, Any]:
        """An element of `sales` that this world records now, for `POST /{state}/v1/sales`; to be sent, or bent first.

        Sold by the license given or by the first that can, paid in cash, bought by somebody new each time.
        """
        told = self.control.get(
            "/examples/sale",
            license_number=license_number,
            quantity=quantity,
            price=price,
            external_id=external_id,
        )
        sale: dict[str, Any] = told["body"]["sales"][0]
        return sale

    def audit(self, license_number: str | None = None, external_id_prefix: str | None = None) -> Audit:
        """Whether the ledger balances, of all licenses or of one: `world.audit().assert_balanced()`.

        With a prefix, only receipts whose external id begins so are counted, and told where it is repeated.
        """
        return audit(self.control, license_number, external_id_prefix)

    def receipts(
        self,
        license_number: str | None = None,
        external_id_prefix: str | None = None,
        *,
        since_id: int | None = None,
    ) -> Iterator[Row]:
        """What the ledger has now, receipt by receipt in the order of recording, license by license; read as it comes.

        Of one license, of external ids that begin so, or of receipts with a higher id, if you like.
        """
        return rows(self.control, license_number, external_id_prefix, since_id)

    def snapshot(self, name: str | None = None) -> Checkpoint:
        """A checkpoint of this moment: `with world.snapshot(): ...` leaves no trace in ledger, accounts and clock."""
        return Checkpoint(self.snapshots, self.snapshots.save(name))

    def finalize(self, license_number: str, *ids: int) -> list[int]:
        """Finalize these receipts, or every active one of the license. Answers with the ids that are final now."""
        body = {"license_number": license_number, **({"ids": ids} if ids else {})}
        finalized: list[int] = self.control.post("/receipts/finalize", body)["finalized"]
        return finalized

    def issue_account(
        self,
        username: str,
        *,
        name: str | None = None,
        licenses: Iterable[str] | None = None,
        hostname: str | None = None,
        password: str | None = None,
        tier: str | None = "team",
    ) -> Account:
        """A new user with keys of their own, for these licenses or for all of the world; `tier` None is without T3+."""
        given = said(name=name, hostname=hostname, password=password)
        if licenses is not None:
            given["licenses"] = list(licenses)
        return account(self.control.post("/accounts", {"username": username, "tier": tier, **given}))

    def drop(self) -> None:
        """End it, and the clients of it. The main world cannot be dropped."""
        self.close()
        self.simulator.control.delete(f"/worlds/{part(self.name)}")

    def close(self) -> None:
        """End the clients of it that were made; the world stays."""
        for made in ("t3", "trace"):
            client: Any = self.__dict__.pop(made, None)
            if client is not None:
                client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if self.name != MAIN:
            with Tidying(error, may_be_gone=True):
                self.drop()
