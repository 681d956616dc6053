"""A recipe set up: a world with its people, licenses and lots, and the premises that tell what they have sold."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from simulator.accounts import Account, Accounts
from simulator.clock import Clock
from simulator.ledger.commands import HireEmployee, OpenLicense
from simulator.ledger.model import Employee, License
from simulator.ledger.state import Policies, derived_id
from simulator.seeding.catalogue import catalogue
from simulator.seeding.counter import Lines
from simulator.seeding.people import people
from simulator.seeding.premises import Premises
from simulator.seeding.products import Products
from simulator.seeding.recipe import AccountPart, Recipe
from simulator.seeding.recipe.belongings import by_license
from simulator.world import World

HIRED_BEFORE = timedelta(days=400)


class Growth:
    """A world with everything but its past, and that past license by license, as a stream.

    `premises` are the licenses by number: ask one for its receipts, once, and then for its lots. `now` is the moment from
    which the recipe's days are counted back, in whole seconds; `progress` hears of receipts as they are made.
    """

    def __init__(
        self, recipe: Recipe, seed: int, clock: Clock, progress: Callable[[int], None] | None = None
    ) -> None:
        self.recipe = recipe
        self.now = clock.now().replace(microsecond=0)
        self._seed = f"{recipe.name}/{seed}"
        self._belongings = by_license(recipe)
        policies = Policies(
            oversell=recipe.policies.oversell == "allow", refund_restocks=recipe.policies.refund_restocks
        )
        accounts = Accounts((account_of(part) for part in recipe.accounts), self._seed)
        self.world = World(recipe.name, seed, clock, accounts, policies)
        for part in recipe.licenses:
            license_ = License(
                number=part.number,
                name=part.name,
                state_code=part.state,
                type_name=part.type,
                retail=part.retail,
                active=part.active,
                first_receipt_id=part.first_receipt_id,
                first_lot_id=part.first_lot_id,
            )
            self.world.execute(OpenLicense(license_), self.now)
        for employee in (*self._named(), *self._invented()):
            self.world.execute(HireEmployee(employee), self.now)
        products = Products(recipe.items, list(catalogue(recipe.catalogue, self._seed)))
        lines = Lines(recipe.taxes)
        taken_tags = frozenset(part.tag for part in recipe.lots)
        self.premises = {
            number: Premises(
                belongings, self.world, number, products, lines, taken_tags, self._seed, self.now, progress
            )
            for number, belongings in self._belongings.items()
        }

    def _named(self) -> Iterator[Employee]:
        for part in self.recipe.employees:
            yield self._employee(part.id, part.license, part.first_name, part.last_name, active=part.active)

    def _invented(self) -> Iterator[Employee]:
        if not self.recipe.staff:
            return
        names = people(f"{self._seed}/staff")
        for part in self.recipe.staff:
            for index in range(part.count):
                id_ = derived_id("employee", part.license, index)
                yield self._employee(id_, part.license, *next(names), active=True)

    def _employee(self, id_: str, license_number: str, first: str, last: str, *, active: bool) -> Employee:
        email = f"{first}.{last}@{license_number}.example".lower().replace(" ", "-")
        return Employee(id_, license_number, first, last, email, self._hired_on(license_number), active)

    def _hired_on(self, license_number: str) -> date:
        """Before the license's first sale."""
        theirs = self._belongings[license_number]
        past = [part.days for part in theirs.history]
        spelled_out = [part.days_ago or 0 for part in theirs.sales]
        today = self.world.ledger.books[license_number].license.state.day_of(self.now)
        return today - HIRED_BEFORE - timedelta(days=max((*past, *spelled_out), default=0))


def account_of(part: AccountPart) -> Account:
    account = Account(part.username, part.name, frozenset(part.licenses))
    if part.t3:
        account.hostname, account.password, account.tier = part.t3.hostname, part.t3.password, part.t3.tier
        account.t3_api_key, account.secret_key = part.t3.api_key, part.t3.secret_key
    if part.trace:
        account.trace_api_key, account.trace_token = part.trace.api_key, part.trace.token
        account.user_key = part.trace.user_key
    return account
