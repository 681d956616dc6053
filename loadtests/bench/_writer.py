"""Another client, in a process of its own, that records sales and voids receipts by turns, so many a second."""

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from _load import LOOPBACK, Wrong
from _sales import sales
from _store import Store, chosen

CHEAP = "0.50"
"""What new receipts cost a unit: less than all others, so in a list by falling price they come last."""
MOST_SECONDS = 120
STOPPING_SECONDS = 30


@dataclass
class Written:
    """What was done: known once the writer has ended."""

    requests: int = 0
    voided: set[int] = field(default_factory=set)

    @property
    def recorded(self) -> int:
        return self.requests - len(self.voided)


@contextmanager
def writing(store: Store, per_second: int) -> Iterator[Written]:
    """Writes go on meanwhile, prepared before; late ones are caught up with."""
    prepared = list(islice(_requests(store), per_second * MOST_SECONDS))
    context = multiprocessing.get_context("spawn")
    begun, stop = context.Event(), context.Event()
    ours, theirs = context.Pipe()
    told = Written()
    process = context.Process(
        target=_write,
        args=(store.server.port, [request for request, _ in prepared], per_second, begun, stop, theirs),
    )
    process.start()
    try:
        begun.wait(STOPPING_SECONDS)
        yield told
    finally:
        stop.set()
        if ours.poll(STOPPING_SECONDS):
            told.requests = ours.recv()
        process.join(STOPPING_SECONDS)
        process.kill()
    if process.exitcode != 0:
        raise Wrong("the writer failed; its words are above")
    told.voided = {receipt for _, receipt in prepared[: told.requests] if receipt is not None}


def _requests(store: Store) -> Iterator[tuple[bytes, int | None]]:
    """Each with the receipt it voids, if it voids one."""
    new, voids = sales(store, price=CHEAP, mark="W"), iter(chosen(store.receipt_ids, 100_000, seed=2))
    for records in cycle((True, False)):
        receipt = None if records else next(voids, None)
        yield (store.record(next(new)) if receipt is None else store.void(receipt)), receipt


def _write(port: int, requests: list[bytes], per_second: int, begun: Any, stop: Any, told: Any) -> None:
    """What the process does: one connection, one request after the other."""
    done = 0
    with socket.create_connection((LOOPBACK, port)) as connection, connection.makefile("rb") as answers:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun.set()
        began = time.perf_counter()
        for request in requests:
            if stop.wait(max(began + done / per_second - time.perf_counter(), 0)):
                break
            connection.sendall(request)
            status = answers.readline()
            length = 0
            while (line := answers.readline().lower().strip()) != b"":
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            body = answers.read(length)
            if status[9:10] != b"2":
                raise Wrong(f"a write was answered {status + body!r}")
            done += 1
    told.send(done)
