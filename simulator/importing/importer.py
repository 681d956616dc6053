"""From files to a world: read, check, anonymise where asked, fill in, adopt."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from simulator.accounts import Account, Accounts
from simulator.clock import Clock
from simulator.collector import without_collector
from simulator.importing.anonymising import anonymised
from simulator.importing.completing import Made, complete
from simulator.importing.goods import Items
from simulator.importing.problems import BadRow, ImportRefused, refusal, unlike
from simulator.importing.reading import Reading
from simulator.importing.report import MOST_SKIPPED, LicenseMade, Report
from simulator.importing.shops import Shop, shops
from simulator.ledger.commands import AdoptHistory, HireEmployee, OpenLicense
from simulator.ledger.state import Policies
from simulator.ledger.states import STATES
from simulator.seeding.growth import account_of
from simulator.seeding.recipe import load
from simulator.wording import listed
from simulator.world import World

RECIPE = "imported"
DEMO_RECIPE, DEMO_NAME = "corner_shop", "Demo"


def import_files(
    *files: str | Path,
    license_number: str | None = None,
    state: str | None = None,
    skip_bad: bool = False,
    anonymise: bool = False,
    seed: int = 0,
    clock: Clock | None = None,
) -> tuple[World, Report]:
    """A world of the receipts and sales in `files`, and a report of what was read, filled in and skipped.

    `license_number` and `state` (a code such as "ca") are for rows that do not say whose they are and where. `skip_bad`
    leaves bad rows out. `anonymise` replaces people and numbers, by `seed`. `clock` is the world's; real time when not
    given. Raises ImportRefused, with one line that says what to mend; nothing is imported then.
    """
    if not files:
        raise ImportRefused("there is no file to import")
    state_code = None if state is None else state.strip().lower()
    if state_code is not None and state_code not in STATES:
        raise ImportRefused(f"--state: {unlike(state_code, STATES)}")
    report = Report(anonymised=anonymise)
    with without_collector():
        found = _read(files, license_number, state_code, report, skip_bad=skip_bad)
        if anonymise:
            found = anonymised(found, seed)
        items = Items()
        made = [complete(shop, block, items, report.filled) for block, shop in enumerate(found, 1)]
        # Who knows the seed can try out whom a replacement stands for, so it does not go into the world.
        world = _world(made, 0 if anonymise else seed, clock or Clock())
    report.filled = +report.filled  # without what was filled in for nobody
    report.licenses += (
        LicenseMade(
            each.license.number,
            each.license.state_code,
            len(each.receipts),
            len(each.lots),
            len(each.employees),
        )
        for each in made
    )
    return world, report


def _read(
    files: Sequence[str | Path],
    license_number: str | None,
    state_code: str | None,
    report: Report,
    *,
    skip_bad: bool,
) -> list[Shop]:
    reading = Reading(report, license_number)
    reading.read(files)
    bad = reading.bad
    if not reading.told and not bad:
        raise ImportRefused(f"there is no receipt in {listed(file.name for file in report.files)}")
    if bad and not skip_bad:
        raise refusal(bad)
    found = shops(reading.told, state_code, bad)
    if bad and not skip_bad:
        raise refusal(bad)
    if not found:
        raise ImportRefused(f"no receipt is left: {_first(bad)}")
    report.skipped_rows = len(bad)
    report.skipped = [str(each) for each in sorted(bad, key=lambda each: each.place.order)[:MOST_SKIPPED]]
    return found


def _first(bad: list[BadRow]) -> str:
    rest = f" (and {len(bad) - 1} more bad rows)" if len(bad) > 1 else ""
    return f"{min(bad, key=lambda each: each.place.order)}{rest}"


def _world(made: Sequence[Made], seed: int, clock: Clock) -> World:
    accounts = Accounts(_accounts(made), f"{RECIPE}/{seed}")
    world = World(RECIPE, seed, clock, accounts, Policies())
    for each in made:
        world.execute(OpenLicense(each.license))
        for employee in each.employees:
            world.execute(HireEmployee(employee))
        number = each.license.number
        world.execute(AdoptHistory(number, world.ledger.books[number].past(each.receipts), each.lots))
    return world


def _accounts(made: Sequence[Made]) -> Iterator[Account]:
    """The demo login of the default recipe, which the examples of the documents use: one for each Metrc host, as a T3
    login has one; the first sees all licenses through Trace.
    """
    demo = account_of(load(DEMO_RECIPE).accounts[0])
    licenses = frozenset(each.license.number for each in made)
    hosts = dict.fromkeys(each.license.state.host for each in made if each.license.state.host)
    first = replace(demo, name=DEMO_NAME, licenses=licenses, hostname=next(iter(hosts), None))
    if not hosts:
        first = replace(first, password=None, tier=None, t3_api_key=None, secret_key=None)
    yield first
    for host in list(hosts)[1:]:
        of_host = frozenset(each.license.number for each in made if each.license.state.host == host)
        yield Account(
            demo.username, DEMO_NAME, of_host, hostname=host, password=demo.password, tier=demo.tier
        )
