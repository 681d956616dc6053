"""What a request costs: every operation at every size, beside the floor and beside the peers, in one run.

python loadtests/bench/speed.py [--sizes 1000 10000 ...] [--rounds N] [--seconds S] [--quick] [--write]

All servers run at once on one core, and only one is asked at a time, from the other core. A subject's rate is its
answers in a second over 16 connections; its CPU is what /proc says, which does not depend on who asks.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _floor import floor
from _measure import Figures, Subject, rounded, rounds
from _operations import OPERATIONS, Operation, ask
from _page import machine, options, table, tell
from _peers import FOLDER, NAMES, Peer, of_constants, of_json_server, of_moto, peer
from _process import CLIENT_CORE, SERVER_CORE, on_core
from _store import LICENSE, RECIPE, SEED, Store, store

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PEER_ROWS = (1_000, 10_000)
LIKE_SIZE = 10_000
"""The floor's answers are those of the store that is nearest to this size."""
FLOOR = "floor"
PEERS_WARM_UP = 2.5
"""How much longer peers are warmed up: one of them compiles itself as it runs."""


def simulator(size: int) -> str:
    return f"simulator, {size:,}"


def on_path(requests: list[bytes], key: str) -> list[bytes]:
    """The same requests to another path, query and headers and body as they were."""
    moved = []
    for request in requests:
        line, rest = request.split(b"\r\n", 1)
        method, path, version = line.split(b" ")
        query = path.partition(b"?")[2]
        moved.append(b"%b /%b?%b %b\r\n%b" % (method, key.encode(), query, version, rest))
    return moved


def answers_of(store: Store, pools: Mapping[str, list[bytes]]) -> dict[str, bytes]:
    """A typical answer of each operation: that to the request in the middle of its pool."""
    answers = {}
    for operation in OPERATIONS:
        pool = pools[operation.key]
        (answers[operation.key],) = ask(store, [pool[len(pool) // 2]])
    store.reset()
    return answers


def priming(store: Store, operation: Operation) -> Callable[[], None]:
    requests = operation.prime(store)

    def prime() -> None:
        ask(store, requests)

    return prime


def peers(
    stack: ExitStack, given: argparse.Namespace, like: Store, answers: dict[str, bytes], floors: Any
) -> Iterator[Peer]:
    """Those that are installed; of the others, a word on standard error."""
    for name in NAMES:
        for rows in given.peer_rows if name == "json-server" else (0,):
            work = Path(stack.enter_context(TemporaryDirectory()))
            if name == "json-server":
                requests = of_json_server(like, rows, work)
            else:
                requests = of_moto(like) if name == "moto" else of_constants(answers, floors, work)
            called = f"{name}, {rows:,}" if rows else name
            try:
                yield stack.enter_context(peer(called, given.peers, work, SERVER_CORE, requests))
            except LookupError as missing:
                print(missing, file=sys.stderr)  # noqa: T201 - said to whoever runs it


def measure(given: argparse.Namespace) -> dict[str, dict[str, Figures]]:
    """Figures by operation and subject."""
    with ExitStack() as stack:
        stack.enter_context(on_core(CLIENT_CORE))
        stores = [stack.enter_context(store(size, SERVER_CORE)) for size in given.sizes]
        pools = {each.size: {one.key: one.requests(each) for one in OPERATIONS} for each in stores}
        like = min(stores, key=lambda each: abs(each.size - LIKE_SIZE))
        answers = answers_of(like, pools[like.size])
        floors = {key: on_path(pool, key) for key, pool in pools[like.size].items()}
        folder = Path(stack.enter_context(TemporaryDirectory()))
        for key, body in answers.items():
            (folder / key).write_bytes(body)
        bare = stack.enter_context(floor(folder, SERVER_CORE))
        beside = list(peers(stack, given, like, answers, floors))
        told = {}
        for operation in OPERATIONS:
            subjects = [Subject(FLOOR, bare, floors[operation.key], warm_up=given.warm_up)]
            subjects += [
                Subject(
                    simulator(each.size),
                    each.server,
                    pools[each.size][operation.key],
                    changes=operation.changes,
                    warm_up=given.warm_up,
                    warms_up_whole=not operation.changes,
                    before=priming(each, operation),
                    after=each.reset if operation.changes else lambda: None,
                    is_right=operation.is_right,
                )
                for each in stores
            ]
            subjects += [
                Subject(
                    each.name,
                    each.server,
                    each.requests[operation.key],
                    warm_up=given.warm_up * PEERS_WARM_UP,
                    after=each.after,
                )
                for each in beside
                if operation.key in each.requests
            ]
            told[operation.key] = rounds(subjects, given.rounds, given.seconds)
    return told


def tables(told: Mapping[str, Mapping[str, Figures]]) -> list[str]:
    heads = [
        "Who answers",
        "Answers a second",
        "Slowest to fastest round",
        "p50, ms",
        "p99, ms",
        "Server CPU, µs",
        "To the floor, by rate",
        "by CPU",
        "Client busy",
        "Memory, MiB",
    ]
    lines = []
    for operation in OPERATIONS:
        by_name = told[operation.key]
        bare = by_name[FLOOR]
        rows = [_row(name, figures, bare) for name, figures in by_name.items()]
        lines += [f"**{operation.title}**, {bare.bytes:,.0f} bytes:", "", *table(heads, rows), ""]
    return lines


def _row(name: str, figures: Figures, bare: Figures) -> list[str]:
    return [
        name,
        f"{figures.rate:,.0f}",
        f"{figures.slowest:,.0f} to {figures.fastest:,.0f}",
        f"{figures.p50 / 1000:,.2f}",
        f"{figures.p99 / 1000:,.2f}",
        f"{figures.cpu:,.0f}",
        f"{figures.rate / bare.rate:.2f}",
        f"{bare.cpu / figures.cpu:.2f}" if figures.cpu else "-",
        f"{figures.client:.0%}",
        f"{figures.memory:,.0f}",
    ]


def main() -> None:
    arguments = options(__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=1.0, help="of each subject in each round")
    arguments.add_argument(
        "--warm-up", type=float, default=2.0, help="seconds of each subject at each operation"
    )
    arguments.add_argument("--peer-rows", type=int, nargs="*", default=list(PEER_ROWS))
    arguments.add_argument("--peers", type=Path, default=FOLDER, help="where they are installed")
    arguments.add_argument("--quick", action="store_true", help="two small sizes, short rounds")
    given = arguments.parse_args()
    if given.quick:
        given.sizes, given.rounds, given.seconds, given.warm_up = [200, 1_000], 2, 0.2, 0.1
        given.peer_rows = [200]
    told = measure(given)
    setting = (
        f"{RECIPE}, seed {SEED}, one license ({LICENSE}), every receipt of two lines and active; 16 connections, "
        f"{given.rounds} rounds of {given.seconds:g} s after {given.warm_up:g} s of warm-up, in which the simulator was "
        f"asked for each page once; {machine()}."
    )
    text = "\n".join([setting, "", *tables(told)]).rstrip()
    results = {
        "sizes": given.sizes,
        "operations": {
            key: {name: rounded(asdict(figures)) for name, figures in by_name.items()}
            for key, by_name in told.items()
        },
    }
    tell("speed", text, write=given.write, page=given.page, results=results)


if __name__ == "__main__":
    main()
