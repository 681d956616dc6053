"""The core promise: what a world answers never depends on any other world.

Every world of a server has a twin: the world of the same name on a server of its own, of which the same is asked and
nothing else. All they answer must be the same to the byte, but for the real time.
"""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from support.asgi import BASE_URL
from support.builders import BULK, CART, EIGHTH, GUMMY, SHOP, TILL
from support.worlds import Server, path_of

from simulator.wire.connection import ConnectionLost

MOST = 5
"""Worlds at a time, besides main."""
LOTS = (EIGHTH, BULK, CART, GUMMY)
LOGIN = {"hostname": "ca.metrc.com", "password": "till"}
REAL_TIME = frozenset(
    {"started", "duration_ms", "startedDateTime", "time", "timings", "idle_seconds", "worlds"}
)
"""Keys of what is never the same twice; `worlds` is how many there are, which is the server's own."""
EFFECTS: tuple[dict[str, Any], ...] = (
    {"type": "status", "status": 503},
    {"type": "status", "status": 429, "retry_after": 3},
    {"type": "rate_limit", "requests": 2, "seconds": 60},
    {"type": "expired_token"},
    {"type": "latency", "latency": 1, "jitter": 1},
    {"type": "reset_peer"},
    {"type": "limit_data", "bytes": 30},
    {"type": "garbage"},
    {"type": "read_lag", "seconds": 90},
)
PHASES = ("before", "after", "partial", "delayed")
MATCHES: tuple[dict[str, Any], ...] = (
    {},
    {"api": "trace"},
    {"operation": "state_v1_sales_post"},
    {"toxicity": 0.5},
    {"every": 2},
    {"nth": [1, 3]},
)


@dataclass(frozen=True)
class Asked:
    """One request to a server; `url` has the world in it, unless its keys say which it is."""

    method: str
    url: str
    options: dict[str, Any] = field(default_factory=dict)


Answer = tuple[object, ...]


def answer_of(server: Server, asked: Asked) -> Answer:
    try:
        answer = server.request(asked.method, asked.url, **asked.options)
    except ConnectionLost as lost:
        return (lost.kind, lost.told)
    return comparable(answer)


def comparable(answer: httpx.Response) -> Answer:
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return (answer.status_code, headers, without_real_time(answer.content))


def without_real_time(content: bytes) -> object:
    if not any(f'"{key}"'.encode() in content for key in REAL_TIME):
        return content
    try:
        return cleaned(json.loads(content))
    except ValueError:
        return content


def cleaned(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: cleaned(value) for key, value in told.items() if key not in REAL_TIME}
    return [cleaned(each) for each in told] if isinstance(told, list) else told


def a_sale(tag: str, lot: str, quantity: int, buyer: int) -> dict[str, Any]:
    total = f"{quantity * 10}.00"
    return {
        "license": {"license_number": SHOP},
        "customer_types": {"id": "CAKOMCT0001"},
        "terminal": tag,
        "external_id": tag,
        "created_at": {"date": "2026-05-20T19:00:00Z", "local_time": "2026-05-20T12:00:00"},
        "out_of_state_sale": False,
        "identifications": [
            {"types": {"id": "CAKOMIT0001"}, "id": f"CADL{buyer}", "birthday": "1982-04-26T00:00:01Z"}
        ],
        "employees": {"id": "e0000000000000000000000000000001"},
        "line_items": [
            {"lot": {"id": lot}, "quantity": str(quantity), "unit_price": "10.00", "total": total}
        ],
        "currency": {"id": "KOMCURT0001"},
        "totals": {"subtotal": total, "quantity": str(quantity), "total": total},
        "payments": [{"amount": total, "type": {"id": "CAKOMPT0002"}}],
    }


class Twins:
    """A server with several worlds, and for each of them what was ever asked of it and its twin."""

    def __init__(self) -> None:
        self.server = Server()
        self.history: dict[str, list[Asked]] = {"main": []}
        self.twins = {"main": Server()}
        self.keys: dict[str, dict[str, str]] = {"main": dict(self._demo("main"))}
        self.tokens: dict[str, str] = {}
        self.own: set[str] = set()
        self.tags = 0

    def close(self) -> None:
        for server in (self.server, *self.twins.values()):
            server.close()

    def _demo(self, name: str) -> dict[str, str]:
        account = self.server.worlds[name].accounts.demo
        return {
            "username": account.username,
            "X-T3-API-Key": str(account.secret_key),
            "x-api-key": str(account.trace_api_key),
            "Authorization": str(account.trace_authorization),
        }

    def create(self, name: str, **wanted: Any) -> None:
        """Make it, and its twin on a server on which nothing ever happened but to those it was forked of."""
        create = Asked("POST", "/_simulator/worlds", {"json": {"name": name, **wanted}})
        source = wanted.get("fork_of")
        history = [*(self.history[source] if source else ()), create]
        twin = Server()
        self.twins[name], self.history[name] = twin, history
        for asked in history[:-1]:
            answer_of(twin, asked)
        assert answer_of(self.server, create) == answer_of(twin, create)
        if source not in (None, "main"):
            twin.drop(source)
        if wanted.get("own_credentials"):
            self.own.add(name)
        self.keys[name] = self._demo(name)

    def drop(self, name: str) -> None:
        self.server.drop(name)
        self.twins.pop(name).close()
        del self.history[name], self.keys[name]
        self.tokens.pop(name, None)
        self.own.discard(name)

    def ask(self, name: str, method: str, path: str, *, by_keys: bool = False, **options: Any) -> Answer:
        """Ask the world and its twin. Raises when they answer differently."""
        url = path if by_keys and name in self.own else path_of(name) + path
        asked = Asked(method, url, options)
        self.history[name].append(asked)
        answer = answer_of(self.server, asked)
        assert answer == answer_of(self.twins[name], asked)
        return answer

    def t3(self, name: str) -> dict[str, str]:
        token = self.tokens.get(name)
        if token is not None:
            return {"Authorization": f"Bearer {token}"}
        return {"X-T3-API-Key": self.keys[name]["X-T3-API-Key"]}

    def trace(self, name: str) -> dict[str, str]:
        return {header: self.keys[name][header] for header in ("x-api-key", "Authorization")}

    def tag(self, name: str) -> str:
        self.tags += 1
        return f"{name}-{self.tags}"

    def receipt(self, name: str, index: int) -> tuple[int, str]:
        """Both ids of one of the world's receipts, the newest first; of none where it has so few."""
        receipts = list(self.server.worlds[name].ledger.books[SHOP].receipts.values())[::-1]
        return (receipts[index].id, receipts[index].trace_id) if index < len(receipts) else (7, "0" * 32)


CHOICES: dict[str, Sequence[Any]] = {
    "which": range(12),
    "other": range(12),
    "own": (False, True),
    "by_keys": (False, True),
    "lot": LOTS,
    "quantity": (1, 2, 3),
    "buyer": (1, 2, 3),
    "count": (1, 2, 3),
    "index": range(6),
    "seed": (1, 2),
    "update": ("void", "refund", "quantity"),
    "submit": ("true", "false"),
    "everything": (False, True),
    "path": (
        f"/v2/sales/active?licenseNumber={SHOP}",
        f"/v2/sales/inactive?licenseNumber={SHOP}&sort=id:desc",
        f"/v2/sales/active/report?licenseNumber={SHOP}&contentType=csv",
        f"/v2/packages/active?licenseNumber={SHOP}",
        f"/v2/sales/transactions?licenseNumber={SHOP}&salesReceiptId=1001",
        "/v2/sales/active?licenseNumber=NOWHERE",
        "/v2/licenses",
        "/v2/auth/whoami",
        "/v2/nowhere",
        f"/ca/v1/sales?license_number={SHOP}&limit=2",
        f"/ca/v1/lots?license_number={SHOP}",
        f"/ca/v1/lots/{EIGHTH}?license_number={SHOP}",
        "/ca/v1/sales?license_number=NOWHERE",
    ),
    "behind": (
        "world",
        "accounts",
        "clock",
        "faults",
        "journal",
        "journal/count?api=trace",
        "journal/summary",
        "journal/har",
        "journal/wait?count=3&timeout=0",
        "oracle",
        "snapshots",
        "health",
    ),
    "login": ("credentials", "secretkey"),
    "effect": EFFECTS,
    "phase": PHASES,
    "match": MATCHES,
    "seconds": (1, 30, 60, 3600, 86400),
    "day": (19, 20, 21, 22),
    "moment": ("s1", "s2"),
    "to_do": ("save", "save", "restore", "forget", "file"),
    "only": (None, ["ledger"], ["clock"], ["faults"], ["journal"], ["snapshots"], ["journal", "clock"]),
}
"""What each argument of a rule may be."""


def drawn(*names: str) -> dict[str, st.SearchStrategy[Any]]:
    return {name: st.sampled_from(CHOICES[name]) for name in names}


class Isolation(RuleBasedStateMachine):
    """Any worlds, asked anything, in any order."""

    @initialize()
    def begin(self) -> None:
        self.twins = Twins()
        self.made = 0
        for buyer in range(3):
            self.sell(0, by_keys=False, lot=EIGHTH, quantity=1, buyer=buyer, count=1)
        self.create(own=True)
        self.fork(0, own=False)

    def teardown(self) -> None:
        if hasattr(self, "twins"):
            self.twins.close()

    def name(self, which: int) -> str:
        names = list(self.twins.history)
        return names[which % len(names)]

    def ask(self, which: int, method: str, path: str, **options: Any) -> Answer:
        return self.twins.ask(self.name(which), method, path, **options)

    def read(self, which: int, path: str, *, by_keys: bool = False) -> None:
        name = self.name(which)
        headers = self.twins.t3(name) if path.startswith("/v2") else self.twins.trace(name)
        self.twins.ask(name, "GET", path, by_keys=by_keys, headers=headers)

    # --- worlds ---

    def make(self, **wanted: Any) -> None:
        """One more, if there are not enough."""
        if len(self.twins.history) <= MOST:
            self.made += 1
            self.twins.create(f"n{self.made}", **wanted)

    @rule(**drawn("own"))
    def create(self, own: bool) -> None:
        self.make(own_credentials=own)

    @rule(**drawn("seed", "own"))
    def grow(self, seed: int, own: bool) -> None:
        self.make(recipe=str(TILL), seed=seed, now="2026-05-20T20:00:00Z", own_credentials=own)

    @rule(**drawn("which", "own"))
    def fork(self, which: int, own: bool) -> None:
        self.make(fork_of=self.name(which), own_credentials=own)

    @rule(**drawn("which"))
    def drop(self, which: int) -> None:
        name = self.name(which)
        if name != "main" and len(self.twins.history) > MOST - 1:
            self.twins.drop(name)

    # --- sales ---

    @rule(**drawn("which", "by_keys", "lot", "quantity", "buyer", "count"))
    def sell(self, which: int, by_keys: bool, lot: str, quantity: int, buyer: int, count: int) -> None:
        name = self.name(which)
        sales = [a_sale(self.twins.tag(name), lot, quantity, buyer) for _ in range(count)]
        body, headers = {"sales": sales}, self.twins.trace(name)
        self.twins.ask(name, "POST", "/ca/v1/sales", by_keys=by_keys, json=body, headers=headers)

    @rule(**drawn("which", "by_keys", "index", "update"))
    def change(self, which: int, by_keys: bool, index: int, update: str) -> None:
        name = self.name(which)
        _, trace_id = self.twins.receipt(name, index)
        at = "2026-05-20T19:30:00Z"
        lines = [{"lot": {"id": LOTS[index % len(LOTS)]}, "quantity": "2"}]
        rest: dict[str, Any] = {
            "void": {"actions": {"id": "KMSAN0003"}, "void_date": at, "reason": f"{name} erred"},
            "refund": {"actions": {"id": "KMSAN0004"}, "refund_date": at},
            "quantity": {"actions": {"id": "KMSAN0001"}, "quantity_change_date": at, "line_items": lines},
        }[update]
        body, headers = {"license": {"license_number": SHOP}, **rest}, self.twins.trace(name)
        self.twins.ask(name, "PUT", f"/ca/v1/sales/{trace_id}", by_keys=by_keys, json=body, headers=headers)

    @rule(**drawn("which", "by_keys", "index", "submit"))
    def void(self, which: int, by_keys: bool, index: int, submit: str) -> None:
        name = self.name(which)
        url, body = (
            f"/v2/sales/void?licenseNumber={SHOP}&submit={submit}",
            {"id": self.twins.receipt(name, index)[0]},
        )
        self.twins.ask(name, "POST", url, by_keys=by_keys, json=body, headers=self.twins.t3(name))

    @rule(**drawn("which", "index"))
    def unfinalize(self, which: int, index: int) -> None:
        name = self.name(which)
        url = f"/v2/sales/unfinalize?licenseNumber={SHOP}&submit=true"
        body = [{"id": self.twins.receipt(name, index)[0]}]
        self.twins.ask(name, "POST", url, json=body, headers=self.twins.t3(name))

    @rule(**drawn("which", "index", "everything"))
    def finalize(self, which: int, index: int, everything: bool) -> None:
        number, _ = self.twins.receipt(self.name(which), index)
        body = {"license_number": SHOP, **({} if everything else {"ids": [number]})}
        self.ask(which, "POST", "/_simulator/receipts/finalize", json=body)

    # --- reading ---

    @rule(**drawn("which", "by_keys", "path"))
    def look(self, which: int, by_keys: bool, path: str) -> None:
        self.read(which, path, by_keys=by_keys)

    @rule(**drawn("which", "index"))
    def look_at_a_sale(self, which: int, index: int) -> None:
        _, trace_id = self.twins.receipt(self.name(which), index)
        self.read(which, f"/ca/v1/sales/{trace_id}?license_number={SHOP}")

    @rule(**drawn("which", "behind"))
    def look_behind(self, which: int, behind: str) -> None:
        self.ask(which, "GET", f"/_simulator/{behind}")

    # --- who asks ---

    @rule(**drawn("which", "by_keys", "login"))
    def log_in(self, which: int, by_keys: bool, login: str) -> None:
        name = self.name(which)
        body = {**LOGIN, "username": self.twins.keys[name]["username"]}
        status, *_, told = self.twins.ask(name, "POST", f"/v2/auth/{login}", by_keys=by_keys, json=body)
        try:
            answer = json.loads(told) if status == 200 and isinstance(told, bytes) else {}
        except ValueError:  # spoilt by a fault
            return
        if "secretKey" in answer:
            self.twins.keys[name]["X-T3-API-Key"] = answer["secretKey"]
        if "accessToken" in answer:
            self.twins.tokens[name] = answer["accessToken"]

    @rule(**drawn("which"))
    def log_out(self, which: int) -> None:
        self.twins.tokens.pop(self.name(which), None)

    @rule(**drawn("which", "index"))
    def issue(self, which: int, index: int) -> None:
        body = {"username": f"clerk-{index}", "licenses": [SHOP]}
        self.ask(which, "POST", "/_simulator/accounts", json=body)

    @rule(**drawn("which", "other"))
    def use_keys_of_another(self, which: int, other: int) -> None:
        """Whatever is answered, it is the same where that other world never was."""
        name, keys = self.name(which), self.twins.keys[self.name(other)]
        trace = {header: keys[header] for header in ("x-api-key", "Authorization")}
        for path, headers in (
            (f"/v2/sales/active?licenseNumber={SHOP}", {"X-T3-API-Key": keys["X-T3-API-Key"]}),
            (f"/ca/v1/sales?license_number={SHOP}", trace),
        ):
            # Where main has no path, the keys would say which world is meant.
            self.twins.ask(name, "GET", f"/worlds/main{path}" if name == "main" else path, headers=headers)

    # --- faults, clock, moments ---

    @rule(**drawn("which", "effect", "phase", "match"))
    def break_something(self, which: int, effect: dict[str, Any], phase: str, match: dict[str, Any]) -> None:
        fault = {"effect": effect, "phase": phase, "match": match}
        self.ask(which, "POST", "/_simulator/faults", json=fault)

    @rule(**drawn("which"))
    def mend_everything(self, which: int) -> None:
        self.ask(which, "DELETE", "/_simulator/faults")

    @rule(**drawn("which", "seconds"))
    def advance(self, which: int, seconds: int) -> None:
        self.ask(which, "POST", "/_simulator/clock/advance", json={"seconds": seconds})

    @rule(**drawn("which", "day"))
    def set_the_clock(self, which: int, day: int) -> None:
        self.ask(which, "POST", "/_simulator/clock/set", json={"to": f"2026-05-{day}T20:00:00Z"})

    @rule(**drawn("which", "everything"))
    def close_the_day(self, which: int, everything: bool) -> None:
        self.ask(which, "POST", "/_simulator/clock/close-day", json={"advance": everything})

    @rule(**drawn("which", "moment", "to_do"))
    def keep(self, which: int, moment: str, to_do: str) -> None:
        at = f"/_simulator/snapshots/{moment}"
        match to_do:
            case "save":
                self.ask(which, "POST", "/_simulator/snapshots", json={"name": moment, "replace": True})
            case "restore":
                self.ask(which, "POST", f"{at}/restore")
            case "forget":
                self.ask(which, "DELETE", at)
            case _:
                self.ask(which, "GET", f"{at}/file")

    @rule(**drawn("which", "moment"))
    def carry_away_and_bring_back(self, which: int, moment: str) -> None:
        answer = self.ask(which, "GET", f"/_simulator/snapshots/{moment}/file")
        if answer[0] == 200:
            self.ask(which, "PUT", "/_simulator/snapshots/s3/file", content=answer[2])
            self.ask(which, "POST", "/_simulator/snapshots/s3/restore")

    @rule(**drawn("which", "only"))
    def reset(self, which: int, only: list[str] | None) -> None:
        self.ask(which, "POST", "/_simulator/reset", json={} if only is None else {"only": only})


def test_a_world_answers_as_if_it_were_alone() -> None:
    run_state_machine_as_test(
        Isolation,
        settings=settings(
            max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_world_answers_as_if_it_were_alone_all_day_long(seed: int) -> None:
    """Longer than hypothesis goes, and of everything about as much."""
    chance, machine = random.Random(seed), Isolation()
    rules = [name for name, each in vars(Isolation).items() if hasattr(each, "hypothesis_stateful_rule")]
    assert len(rules) == 24
    machine.begin()
    for _ in range(300):
        does = getattr(machine, chance.choice([*rules, *["sell"] * 8]))
        does(**{name: chance.choice(CHOICES[name]) for name in signature(does).parameters})
    machine.teardown()


# --- at the same time -----------------------------------------------------------------------------------------------


def script(name: str, seed: int, keys: dict[str, str]) -> list[Asked]:
    """What one client does, with waits in between so that others come in."""
    chance = random.Random(seed)
    root = path_of(name)
    trace = {header: keys[header] for header in ("x-api-key", "Authorization")}
    t3 = {"X-T3-API-Key": keys["X-T3-API-Key"]}
    slow = {
        "name": "slow",
        "match": {"toxicity": 0.5},
        "effect": {"type": "latency", "latency": 1, "jitter": 1},
    }
    asked = [Asked("POST", f"{root}/_simulator/faults", {"json": slow})]
    choices: tuple[Callable[[int], Asked], ...] = (
        lambda number: Asked(
            "POST",
            f"{root}/ca/v1/sales",
            {"json": {"sales": [a_sale(f"{name}-{number}", EIGHTH, 1, number)]}, "headers": trace},
        ),
        lambda _: Asked("GET", f"{root}/v2/sales/active?licenseNumber={SHOP}&sort=id:desc", {"headers": t3}),
        lambda _: Asked("GET", f"{root}/ca/v1/sales?license_number={SHOP}&limit=3", {"headers": trace}),
        lambda number: Asked(
            "POST",
            f"{root}/v2/sales/void?licenseNumber={SHOP}&submit=true",
            {"json": {"id": 1001 + number % 7}, "headers": t3},
        ),
        lambda _: Asked("POST", f"{root}/_simulator/clock/advance", {"json": {"seconds": 7}}),
        lambda _: Asked("GET", f"{root}/_simulator/journal"),
        lambda _: Asked("GET", f"{root}/_simulator/oracle"),
    )
    asked += [chance.choice(choices)(number) for number in range(60)]
    return asked


async def run(client: httpx.AsyncClient, asked: list[Asked]) -> list[Answer]:
    return [comparable(await client.request(each.method, each.url, **each.options)) for each in asked]


@pytest.mark.parametrize("own", [False, True], ids=["by path", "by keys"])
def test_clients_at_the_same_time_are_answered_as_if_each_were_alone(own: bool) -> None:
    names = [f"n{number}" for number in range(12)]
    twins = Twins()
    for name in names:
        twins.create(name, own_credentials=own)
    scripts = [
        [
            Asked(each.method, each.url.removeprefix(path_of(name)), each.options)
            if own and "headers" in each.options
            else each
            for each in script(name, number, twins.keys[name])
        ]
        for number, name in enumerate(names)
    ]

    async def together() -> list[list[Answer]]:
        transport = httpx.ASGITransport(twins.server.app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            return list(await asyncio.gather(*(run(client, each) for each in scripts)))

    told = asyncio.run(together())
    for name, answers, asked in zip(names, told, scripts, strict=True):
        assert answers == [answer_of(twins.twins[name], each) for each in asked], name
    assert all(f"n{number}-".encode() in str(answers).encode() for number, answers in enumerate(told))
    twins.close()
