"""A process that kills another one while it saves, again and again, and says what is left; run by path.

It is a process of its own since it forks, which one with threads, such as pytest's, had better not.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from support.builders import ACTOR, BULK, SHOP, a_line, a_sale, a_world

from simulator.ledger.commands import RecordSales
from simulator.snapshots.file import restore, save
from simulator.snapshots.records import Record
from simulator.world import World

BEGUN_WITH = 1000
"""Receipts; saving them takes some 10 ms."""


def sell(world: World, count: int = 1) -> None:
    sales = (a_sale(a_line(BULK, quantity="0.01")),) * count
    world.execute(RecordSales(ACTOR, "ca", sales, purchase_limit_override=True))


def receipts(world: World) -> int:
    return len(world.ledger.books[SHOP].receipts)


def in_child(act: Callable[[], None]) -> int:
    """Its process id. It never comes back."""
    child = os.fork()
    if child:
        return child
    try:
        act()
    finally:
        os._exit(1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at_random(path: Path, kills: int, seed: int) -> None:
    """Kill a process that sells and saves in a loop. Tells what it had saved and was saving."""
    rng = random.Random(seed)
    before = time.perf_counter()
    save(restore(path), path)
    longest = 3 * (time.perf_counter() - before)
    for _ in range(kills):
        heard, told = os.pipe()

        def sell_and_save(told: int = told) -> None:
            world = restore(path)
            while True:
                sell(world)
                os.write(told, b"%d\n" % receipts(world))
                save(world, path)
                os.write(told, b"saved\n")

        child = in_child(sell_and_save)
        os.close(told)
        with os.fdopen(heard, "rb") as lines:
            begun = int(lines.readline())
            time.sleep(rng.uniform(0, longest))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            saving, saved = begun, begun - 1
            for line in lines:
                saved, saving = (saving, saving) if line == b"saved\n" else (saved, int(line))
        tell(path, saved=saved, saving=saving)


def tell(path: Path, **known: Any) -> None:
    """One line: what is in the file now, what lies beside it, and what is known."""
    found = {"found": receipts(restore(path)), "left": len(list(path.parent.glob(f".{path.name}.*.part")))}
    sys.stdout.write(json.dumps(found | known) + "\n")


STEPS = (
    "first piece",
    "last piece",
    "before os.fsync 1",
    "after os.fsync 1",
    "before os.replace 1",
    "after os.replace 1",
    "before os.fsync 2",
    "after os.fsync 2",
    "before os.scandir 1",
)


def at_steps(path: Path) -> None:
    """Kill a process at each step of its saving. Tells the step, and what there was before."""
    for step in STEPS:

        def sell_and_save(step: str = step) -> None:
            world = restore(path)
            sell(world)
            arm(step)
            save(world, path)

        had = receipts(restore(path))
        _, status = os.waitpid(in_child(sell_and_save), 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        tell(path, step=step, killed=killed, had=had)


def arm(step: str) -> None:
    """Let this process die at a step: at a piece that is written, or around the so-many-th call of a function of os."""
    from simulator.snapshots import file  # noqa: PLC0415 - to be changed in this process only

    if step.endswith("piece"):
        lines = file.lines

        def dying(records: Iterable[Record]) -> Iterator[bytes]:
            pieces = list(lines(records))
            fatal = 0 if step.startswith("first") else len(pieces) - 1
            for number, piece in enumerate(pieces):
                if number == fatal:
                    die()
                yield piece

        file.lines = dying
        return
    when, name, count = step.split()
    calls = 0
    real = getattr(os, name.removeprefix("os."))

    def deadly(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == int(count) and when == "before":
            die()
        answer = real(*arguments)
        if calls == int(count):
            die()
        return answer

    setattr(os, name.removeprefix("os."), deadly)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    world = a_world()
    sell(world, BEGUN_WITH)
    save(world, target)
    if len(sys.argv) > 2:
        at_random(target, int(sys.argv[2]), int(sys.argv[3]))
    else:
        at_steps(target)
