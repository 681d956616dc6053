"""The store that is measured: one license, so many receipts, each of two lines and active; and how it is asked."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from _process import LOOPBACK, ROOT, Served, served

RECIPE, SEED, NOW = "busy_dispensary", 7, "2026-05-20T20:00:00Z"
LICENSE = "C10-0000777-LIC"
BENT = (
    (r"^baskets = .*$", "baskets = [0, 1]"),
    (r"^lifecycle = .*$", "lifecycle = { final_after = 400 }"),
    (r"^on_hand = .*$", "on_hand = 900000"),
)
"""What the recipe is changed in: two lines a receipt, none final, voided or refunded, and stock that does not run out."""
LARGEST_LIMIT = 10_000

Chosen = TypeVar("Chosen")


def request(method: str, path: str, headers: dict[str, str], body: Any = None) -> bytes:
    """The bytes of a request."""
    sent = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {LOOPBACK}", "Accept: */*"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(sent)}"]
    return "\r\n".join([*lines, "", ""]).encode() + sent


@dataclass(frozen=True)
class Store:
    """A simulator with `size` receipts."""

    server: Served
    size: int

    @cached_property
    def t3(self) -> dict[str, str]:
        """The headers of a T3 client that has logged in."""
        login = {name: self.server.ready["t3"][name] for name in ("hostname", "username", "password")}
        token = json.loads(self.server.ask("POST", "/v2/auth/credentials", login))["accessToken"]
        return {"Authorization": f"Bearer {token}"}

    @cached_property
    def trace(self) -> dict[str, str]:
        keys = self.server.ready["trace"]
        return {"x-api-key": keys["x_api_key"], "Authorization": keys["authorization"]}

    def reset(self) -> None:
        """Back to the beginning, the journal too."""
        self.server.ask("POST", "/_simulator/reset")

    def t3_get(self, path: str, **parameters: object) -> bytes:
        return request("GET", f"/v2/{path}?licenseNumber={LICENSE}{_query(parameters)}", self.t3)

    def trace_get(self, path: str, **parameters: object) -> bytes:
        return request("GET", f"/ca/v1/{path}?license_number={LICENSE}{_query(parameters)}", self.trace)

    def void(self, receipt_id: int) -> bytes:
        path = f"/v2/sales/void?licenseNumber={LICENSE}&submit=true"
        return request("POST", path, self.t3, {"id": receipt_id})

    def record(self, sale: dict[str, Any]) -> bytes:
        return request("POST", "/ca/v1/sales", self.trace, {"sales": [sale]})

    @cached_property
    def sales(self) -> list[dict[str, Any]]:
        """Up to 10,000 sales as Trace shows them, in stretches over the whole list."""
        stretches = 20
        most = max(LARGEST_LIMIT // stretches, 1)
        offsets = {self.size * number // stretches for number in range(stretches)}
        found = [sale for at in sorted(offsets) for sale in self.trace_page("sales", most, at)]
        return list({sale["id"]: sale for sale in found}.values())

    def trace_page(self, path: str, limit: int, offset: int) -> list[dict[str, Any]]:
        asked = f"/ca/v1/{path}?license_number={LICENSE}&limit={limit}&offset={offset}"
        page: list[dict[str, Any]] = json.loads(self.server.ask("GET", asked, **self.trace))["results"][
            "data"
        ]
        return page

    def t3_rows(self, most: int) -> Iterator[dict[str, Any]]:
        """The first `most` receipts as T3 shows them."""
        for page in range(1, -(-most // 500) + 1):
            asked = f"/v2/sales/active?licenseNumber={LICENSE}&pageSize=500&page={page}"
            yield from json.loads(self.server.ask("GET", asked, **self.t3))["data"]

    @cached_property
    def receipt_ids(self) -> list[int]:
        """T3's ids: the recipe numbers its receipts without a gap."""
        first = next(self.t3_rows(1))["id"]
        return list(range(first, first + self.size))


def _query(parameters: dict[str, object]) -> str:
    return "".join(f"&{name}={value}" for name, value in parameters.items())


@contextmanager
def recipe() -> Iterator[Path]:
    """The recipe file, bent."""
    text = (ROOT / "fixtures" / f"{RECIPE}.toml").read_text(encoding="utf-8")
    for pattern, line in BENT:
        text, found = re.subn(pattern, line, text, flags=re.MULTILINE)
        if found != 1:
            raise ValueError(f"{RECIPE} has not one line like {pattern}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "two_lines.toml"
        path.write_text(text, encoding="utf-8")
        yield path


@contextmanager
def store(size: int, core: int | None, *flags: str) -> Iterator[Store]:
    with recipe() as path:
        grown = ("--recipe", str(path), "--seed", str(SEED), "--receipts", str(size), "--now", NOW)
        with served(*grown, *flags, core=core) as server:
            yield Store(server, size)


def chosen(of: Sequence[Chosen], count: int, seed: int = 1) -> list[Chosen]:
    """So many of them at random, the same each time; all of them, shuffled, when there are no more."""
    return Random(seed).sample(of, min(count, len(of)))  # noqa: S311 - repeatable on purpose
