"""A soak: many clients, each in a world of its own, all of one server; no answer may hold what is another world's.

python loadtests/bench/isolation.py [--worlds N] [--operations N] [--seed N] [--write]

Every sale carries the mark of its world in its terminal and its external id, and every user its name. Each answer is
searched for marks, and each world's sales are counted in the end. Exit code 1 at the first answer that is not right.
"""

import argparse
import asyncio
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import Any

from _page import machine, tell
from _process import served

from simulator.seeding.builders import a_sale
from simulator.seeding.grow import grow

MARK = re.compile(rb"mark-(\d+)-")
USER = re.compile(rb"demo\.mark-(\d+)-")
NOW = "2026-05-20T20:00:00Z"
SHOP = "XXXRETAIL01"
OK = 200


class Wrong(Exception):  # noqa: N818 - what the answer is
    """An answer that is not right."""


@dataclass
class Connection:
    """One keep-alive connection, as thin as can be: the soak is to load the server, not its client."""

    host: str
    port: int
    reader: asyncio.StreamReader = field(init=False)
    writer: asyncio.StreamWriter = field(init=False)

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: Any = None
    ) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        sent = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(sent)}"]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + sent)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        answer = await self.reader.readexactly(int(length[1]) if length else 0)
        return int(head[9:12]), answer


@dataclass
class Client:
    """One client in the world `number`: it sells, reads, voids and logs in, at random."""

    number: int
    connection: Connection
    template: dict[str, Any]
    random: Random
    sold: list[tuple[int, str]] = field(default_factory=list)
    standing: int = 0
    voided: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    sales: int = 0

    @property
    def name(self) -> str:
        return f"mark-{self.number}-"

    async def begin(self) -> None:
        await self.connection.open()
        body = {"name": self.name, "own_credentials": True, "journal_bytes": 0}
        told = json.loads(await self._ask("POST", "/_simulator/worlds", {}, body, whose=None))
        keys = told["accounts"][0]
        self.t3 = {"X-T3-API-Key": keys["secret_key"]}
        self.trace = {"x-api-key": keys["trace_api_key"], "Authorization": keys["trace_authorization"]}
        self.login = {name: keys[name] for name in ("hostname", "username", "password")}

    async def run(self, operations: int) -> None:
        acts = (self.sell, self.list_trace, self.read_sale, self.list_t3, self.void, self.log_in)
        for act in self.random.choices(acts, (30, 20, 20, 20, 5, 5), k=operations):
            await act()
            self.asked[act.__name__] += 1

    async def end(self) -> None:
        """What is in the world is what its client did."""
        page = json.loads(
            await self._ask("GET", f"/v2/sales/active?licenseNumber={SHOP}&pageSize=1", self.t3)
        )
        if page["total"] != self.standing + len(self.sold) - self.voided:
            raise Wrong(f"world {self.name} has {page['total']} active sales at {SHOP}")
        self.connection.writer.close()

    async def sell(self) -> None:
        self.sales += 1
        sale = {**self.template, "terminal": f"{self.name}till", "external_id": f"{self.name}{self.sales}"}
        sale["identifications"] = [
            {**each, "id": f"{self.name}{self.sales}"} for each in sale["identifications"]
        ]
        path = "/ca/v1/sales"
        told = json.loads(await self._ask("POST", path, self.trace, {"sales": [sale]}))["results"]["data"]
        self.sold.append((int(told["receipt_number"]), told["id"]))

    async def list_trace(self) -> None:
        offset = self.random.randrange(self.standing + len(self.sold) + 1)
        await self._ask("GET", f"/ca/v1/sales?license_number={SHOP}&limit=10&offset={offset}", self.trace)

    async def read_sale(self) -> None:
        if self.sold:
            _, sale_id = self.random.choice(self.sold)
            await self._ask("GET", f"/ca/v1/sales/{sale_id}?license_number={SHOP}", self.trace)

    async def list_t3(self) -> None:
        kind = self.random.choice(("active", "inactive"))
        path = f"/v2/sales/{kind}?licenseNumber={SHOP}&pageSize=20&page={self.random.randrange(1, 20)}"
        await self._ask("GET", path, self.t3)

    async def void(self) -> None:
        """Each sale at most once, in the order they were made."""
        if self.voided < len(self.sold):
            number, _ = self.sold[self.voided]
            path = f"/v2/sales/void?licenseNumber={SHOP}&submit=true"
            await self._ask("POST", path, self.t3, {"id": number})
            self.voided += 1

    async def log_in(self) -> None:
        await self._ask("POST", "/v2/auth/credentials", {}, self.login)

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], body: Any = None, whose: int | None = -1
    ) -> bytes:
        status, answer = await self.connection.ask(method, path, headers, body)
        if status != OK:
            raise Wrong(f"{method} {path} of {self.name}: {status} {answer[:500]!r}")
        for found in (*MARK.findall(answer), *USER.findall(answer)):
            if whose is not None and int(found) != self.number:
                raise Wrong(f"{method} {path} of {self.name} shows world {int(found)}: {answer[:500]!r}")
        return answer


async def soak(url: str, worlds: int, operations: int, seed: int) -> tuple[float, Counter[str]]:
    """Seconds, and how often what was done."""
    host, _, port = url.removeprefix("http://").partition(":")
    world = grow("corner_shop", now=NOW)
    shop = world.ledger.books[SHOP]
    template = a_sale(world, SHOP, quantity="0.001", price="10.00")
    clients = [
        Client(
            number,
            Connection(host, int(port)),
            template,
            Random(seed * 1000 + number),  # noqa: S311 - repeatable on purpose
            standing=len(shop.active),
        )
        for number in range(worlds)
    ]
    for client in clients:
        await client.begin()
    started = perf_counter()
    await asyncio.gather(*(client.run(operations // worlds) for client in clients))
    seconds = perf_counter() - started
    for client in clients:
        await client.end()
    return seconds, sum((client.asked for client in clients), Counter())


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--worlds", type=int, default=64)
    arguments.add_argument("--operations", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    with served("--now", NOW, core=0) as server:
        before = server.memory
        try:
            seconds, asked = asyncio.run(soak(server.url, given.worlds, given.operations, given.seed))
        except Wrong as wrong:
            sys.exit(str(wrong))
        after = server.memory
    done = sum(asked.values())
    text = "\n".join(
        [
            f"{given.worlds} clients in {given.worlds} worlds, seed {given.seed}; {machine()}.",
            "",
            "| Operations | Seconds | A second | Answers that hold another world's data | Memory, MiB |",
            "|---|---|---|---|---|",
            f"| {done:,} | {seconds:,.0f} | {done / seconds:,.0f} | 0 | {before:,.0f}, then {after:,.0f} |",
            "",
            "Done: " + ", ".join(f"{name} {number:,}" for name, number in asked.most_common()) + ".",
        ]
    )
    tell("isolation", text, write=given.write)


if __name__ == "__main__":
    main()
