"""What these examples test: the compliance side of a small point-of-sale system, as an integrator writes it.

It knows the two APIs and nothing of the simulator, and speaks plain httpx.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

JSON = dict[str, Any]
Wait = Callable[[float], None]
TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
OK = 200


class Refused(Exception):  # noqa: N818 - what the regulator did
    """The sale will not be recorded as it is. `reasons` are types of Trace's errors, `paths` where they lie."""

    def __init__(self, errors: list[JSON]) -> None:
        self.reasons = [error["type"] for error in errors]
        self.paths = [error["path"] for error in errors]
        super().__init__("; ".join(error["detail"] for error in errors))


class Unknown(Exception):  # noqa: N818 - what the outcome is
    """Nobody could tell whether the sale was recorded; it stays in the outbox."""


@dataclass
class HastyTill:
    """Sends again whenever it is not sure, as many first integrations do, and as t3api-utils does with everything."""

    trace: httpx.Client
    state: str = "ca"
    attempts: int = 3

    def record(self, sale: JSON) -> JSON:
        for _ in range(self.attempts):
            try:
                answer = self.trace.post(f"/{self.state}/v1/sales", json={"sales": [sale]})
            except httpx.TransportError:
                continue
            if answer.status_code in TRY_AGAIN:
                continue
            return recorded(answer)
        raise Unknown


@dataclass
class Till:
    """Looks whether a sale is there before it sends it again."""

    trace: httpx.Client
    state: str = "ca"
    attempts: int = 5
    pause: float = 0.0
    wait: Wait = time.sleep

    def record(self, sale: JSON) -> JSON:
        """The sale as recorded. Raises Refused for good, Unknown when the attempts are used up."""
        for attempt in range(self.attempts):
            if attempt:
                self.wait(self.pause * 2 ** (attempt - 1))
                found = self.look_up(sale)
                if found is not None:
                    return found
            try:
                answer = self.trace.post(f"/{self.state}/v1/sales", json={"sales": [sale]})
                if answer.status_code not in TRY_AGAIN:
                    return recorded(answer)
            except (httpx.TransportError, ValueError):
                continue
        found = self.look_up(sale)
        if found is None:
            raise Unknown(sale["external_id"])
        return found

    def look_up(self, sale: JSON) -> JSON | None:
        """The sale by its external id; None when it is not there, or nobody can tell."""
        number = sale["license"]["license_number"]
        try:
            for found in self.sales(number):
                if found.get("external_id") == sale["external_id"]:
                    return found
        except (httpx.HTTPError, ValueError):
            return None
        return None

    def sales(self, license_number: str, limit: int = 100) -> Iterator[JSON]:
        """All active sales of a license, page by page along the `next` links."""
        url: str | None = f"/{self.state}/v1/sales"
        query: JSON | None = {"license_number": license_number, "limit": limit}
        while url:
            answer = self.trace.get(url, params=query)
            answer.raise_for_status()
            results = answer.json()["results"]
            yield from results["data"]
            url, query = results["records"]["next"], None


def recorded(answer: httpx.Response) -> JSON:
    """The one sale of a good answer. Raises Refused, or ValueError for what is no answer."""
    body = answer.json()
    if answer.status_code != OK:
        raise Refused(body["errors"])
    sale: JSON = body["results"]["data"]
    return sale


@dataclass
class Outbox:
    """Sales rung up while the regulator cannot be reached; drained in order, each until its outcome is known."""

    till: Till
    waiting: list[JSON] = field(default_factory=list)
    refused: list[tuple[JSON, Refused]] = field(default_factory=list)

    def ring_up(self, sale: JSON) -> None:
        """The customer does not wait."""
        self.waiting.append(sale)
        self.drain()

    def drain(self) -> int:
        """How many went out; stops at the first that cannot be told."""
        done = 0
        while self.waiting:
            try:
                self.till.record(self.waiting[0])
            except Unknown:
                break
            except Refused as refused:
                self.refused.append((self.waiting[0], refused))
            del self.waiting[0]
            done += 1
        return done


@dataclass
class Sync:
    """The office's nightly copy of the receipts in Metrc, through T3."""

    t3: httpx.Client
    license_number: str
    page_size: int = 500
    wait: Wait = time.sleep

    def receipts(self, kind: str = "active", **query: Any) -> list[JSON]:
        """All of them, page by page; each once, though rows may move while it reads."""
        found: dict[int, JSON] = {}
        page, pages = 1, 1
        while page <= pages:
            body = self._page(kind, {**query, "page": page})
            pages = -(-body["total"] // body["pageSize"])
            found.update((row["id"], row) for row in body["data"])
            page += 1
        return list(found.values())

    def changed_since(self, moment: str) -> list[JSON]:
        """What changed, in either list."""
        query = {"filter": f"lastModified__gte:{moment}", "sort": "lastModified:asc"}
        return self.receipts("active", **query) + self.receipts("inactive", **query)

    def void(self, receipt_id: int, *, submit: bool = True) -> str:
        answer = self.t3.post(
            "/v2/sales/void",
            params={"licenseNumber": self.license_number, "submit": str(submit).lower()},
            json={"id": receipt_id},
        )
        answer.raise_for_status()
        message: str = answer.json()["message"]
        return message

    def reopen(self, *receipt_ids: int) -> str:
        answer = self.t3.post(
            "/v2/sales/unfinalize",
            params={"licenseNumber": self.license_number, "submit": "true"},
            json=[{"id": receipt_id} for receipt_id in receipt_ids],
        )
        answer.raise_for_status()
        message: str = answer.json()["message"]
        return message

    def _page(self, kind: str, query: JSON) -> JSON:
        """One page; a rate limit is waited out."""
        query = {"licenseNumber": self.license_number, "pageSize": self.page_size, **query}
        for _ in range(5):
            answer = self.t3.get(f"/v2/sales/{kind}", params=query)
            if answer.status_code != 429:
                answer.raise_for_status()
                body: JSON = answer.json()
                return body
            self.wait(float(answer.headers.get("Retry-After", 1)))
        answer.raise_for_status()
        raise AssertionError("a 429 raises")
