"""How fast worlds grow: the generator beside a plain Faker loop that makes the same fields, in one run.

python loadtests/bench/generate.py [--receipts N] [--rounds N] [--serve N] [--write]

Rounds alternate between the two, and the medians are compared, so that a noisy machine is noisy for both. `--write` puts
the tables into docs/performance.md. The last part starts a server of its own on loopback, and stops it by its pid.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from _page import machine, tell
from _process import served
from faker import Faker

from simulator.clock import Clock
from simulator.formats.book import FORMATS
from simulator.seeding.growth import Growth
from simulator.seeding.plan import Plan
from simulator.seeding.recipe import load, scaled

RECIPE, SEED = "busy_dispensary", 7
NOW = datetime(2026, 5, 20, 20, 0, tzinfo=UTC)
CENT = Decimal("0.01")


def plain_faker(count: int) -> Iterator[dict[str, Any]]:
    """What one writes first: every field of every receipt asked of Faker. Nothing adds up with stock, limits or hours;
    baskets are as large as the recipe's.
    """
    faker = Faker("en_US")
    faker.seed_instance(SEED)
    (history,) = load(RECIPE).history
    sizes = [size for size, weight in enumerate(history.baskets, 1) for _ in range(round(weight))]
    for number in range(count):
        sold_at = faker.date_time_between("-365d", "now", tzinfo=UTC)
        lines = []
        for line in range(faker.random_element(sizes)):
            quantity = Decimal(faker.random_int(1, 2))
            price = Decimal(faker.random_int(500, 5500)) / 100
            discount = (price * quantity * faker.random_element((0, 0, 0, 10)) / 100).quantize(CENT)
            net = price * quantity - discount
            taxes = [
                {"type": name, "name": name, "rate": rate, "total": (net * rate / 100).quantize(CENT)}
                for name, rate in (("Excise Tax", Decimal(15)), ("Sales Tax", Decimal("7.25")))
            ]
            lines.append(
                {
                    "id": number * 3 + line,
                    "lot_id": faker.random_int(300_000, 310_000),
                    "quantity": quantity,
                    "unit_price": price,
                    "discount": discount,
                    "taxes": taxes,
                    "total": net + sum(tax["total"] for tax in taxes),
                    "refunded": Decimal(0),
                }
            )
        due = sum(line["total"] for line in lines)
        yield {
            "id": number,
            "trace_id": faker.uuid4(),
            "license_number": "C10-0000777-LIC",
            "number": f"{number:09}",
            "state": faker.random_element(("active", "final", "voided", "refunded")),
            "customer_type": faker.random_element(("adult", "patient", "caregiver")),
            "customer_type_id": faker.random_element(("CAKOMCT0001", "CAKOMCT0002", "CAKOMCT0003")),
            "external_id": None,
            "terminal": faker.random_element(("23678-AM", "23678-PM")),
            "sold_at": sold_at,
            "local_time": (sold_at - timedelta(hours=8)).replace(tzinfo=None),
            "out_of_state": faker.boolean(10),
            "identifications": [
                {
                    "type_id": "CAKOMIT0001",
                    "value": faker.bothify("CADL#########"),
                    "birthday": faker.date_of_birth(),
                }
            ],
            "employee_id": faker.random_element(("a", "b", "c", "d")),
            "lines": lines,
            "currency_id": "KOMCURT0001",
            "subtotal": sum(line["unit_price"] * line["quantity"] - line["discount"] for line in lines),
            "quantity": sum(line["quantity"] for line in lines),
            "total": due,
            "payments": [{"type_id": faker.random_element(("cash", "debit", "ach")), "amount": due}],
            "recorded_at": sold_at + timedelta(seconds=40),
            "recorded_by": faker.name(),
            "modified_at": sold_at + timedelta(seconds=40),
            "history": [{"state": "active", "at": sold_at, "reason": "sale created", "actioned_by": "busy"}],
            "archived_at": None,
        }


def generator(count: int) -> Iterator[object]:
    """The receipts of the recipe, set-up included."""
    growth = Growth(scaled(load(RECIPE), count), SEED, Clock(NOW))
    for premises in growth.premises.values():
        yield from premises.receipts()


def rate(make: Callable[[int], Iterator[object]], count: int) -> float:
    """Receipts a second, of one round."""
    gc.collect()
    started = time.perf_counter()
    made = sum(1 for _ in make(count))
    return made / (time.perf_counter() - started)


def compare(count: int, rounds: int) -> list[str]:
    rates: dict[str, list[float]] = {"plain Faker loop": [], "generator": []}
    for _ in range(rounds):
        rates["plain Faker loop"].append(rate(plain_faker, max(count // 20, 1000)))
        rates["generator"].append(rate(generator, count))
    floor = median(rates["plain Faker loop"])
    rows = [
        "| What | Receipts a second, median | Slowest and fastest round | To the plain loop |",
        "|---|---|---|---|",
    ]
    for name, each in rates.items():
        rows.append(
            f"| {name} | {median(each):,.0f} | {min(each):,.0f} to {max(each):,.0f} | {median(each) / floor:.1f} x |"
        )
    return rows


def formats(count: int) -> list[str]:
    """Each format end to end, in a process of its own, so that its memory is its own."""
    rows = ["| `--format` | Receipts a second | Bytes a receipt | Peak memory, MiB |", "|---|---|---|---|"]
    for name in FORMATS:
        ended = subprocess.run(  # noqa: S603 - this file
            [sys.executable, __file__, "--one-format", name, "--receipts", str(count)],
            capture_output=True,
            text=True,
            check=True,
        )
        seconds, size, memory = json.loads(ended.stdout)
        rows.append(f"| {name} | {count / seconds:,.0f} | {size / count:,.0f} | {memory:,.0f} |")
    return rows


def one_format(name: str, count: int) -> None:
    plan = Plan(load(RECIPE), SEED, NOW, frozen=True, receipts=count)
    started = time.perf_counter()
    size = sum(map(len, FORMATS[name](plan)))
    seconds = time.perf_counter() - started
    print(json.dumps([seconds, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))  # noqa: T201 - read by `formats`


def serving(count: int) -> list[str]:
    """From the start of `simulator serve` to its ready line."""
    started = time.perf_counter()
    flags = ("--recipe", RECIPE, "--seed", str(SEED), "--receipts", str(count))
    with served(*flags) as server:
        seconds = time.perf_counter() - started
        memory = server.memory
    return [
        "| Receipts served | Seconds to ready | Memory when ready, MiB |",
        "|---|---|---|",
        f"| {count:,} | {seconds:.1f} | {memory:,.0f} |",
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--receipts", type=int, default=200_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--serve", type=int, default=1_000_000)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--one-format", choices=FORMATS)
    given = arguments.parse_args()
    if given.one_format:
        one_format(given.one_format, given.receipts)
        return
    text = "\n".join(
        [
            f"{RECIPE}, seed {SEED}, {given.receipts:,} receipts, {given.rounds} rounds; {machine()}.",
            "",
            *compare(given.receipts, given.rounds),
            "",
            *formats(given.receipts),
            "",
            *serving(given.serve),
        ]
    )
    tell("generate", text, write=given.write)


if __name__ == "__main__":
    main()
