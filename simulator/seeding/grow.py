"""From a recipe, a seed and a clock to a world. Sales go through the ledger's own rules, as a client's would."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from simulator.accounts import Account, Accounts
from simulator.clock import Clock
from simulator.ledger.commands import (
    Command,
    FinalizeReceipts,
    HireEmployee,
    OpenLicense,
    ReceiveLot,
    RecordSales,
    SaleDraft,
    VoidReceipt,
)
from simulator.ledger.errors import Rejected
from simulator.ledger.model import Actor, Employee, Item, License, Lot, Receipt, StateChange
from simulator.ledger.state import Policies, derived_id
from simulator.ledger.units import UNITS
from simulator.seeding.find import RecipeError
from simulator.seeding.recipe import AccountPart, HistoryPart, LotPart, Recipe, SalePart
from simulator.seeding.shop import Shop
from simulator.world import World

STOCKED_DAYS_BEFORE = 60
SUPPLIER_NUMBER, SUPPLIER_NAME = "DIST-0042", "Golden Coast Distribution"
FIRST_ITEM_ID, FIRST_CATEGORY_ID = 12345, 401
REPORTING_DELAY = timedelta(seconds=40)


def grow(recipe: Recipe, seed: int = 0, clock: Clock | None = None) -> World:
    """A world that holds what the recipe says. Same recipe, seed and frozen clock: the same world.

    Raises RecipeError when the recipe asks for a sale that the ledger refuses.
    """
    clock = clock or Clock()
    policies = Policies(
        oversell=recipe.policies.oversell == "allow", refund_restocks=recipe.policies.refund_restocks
    )
    accounts = Accounts((account_of(part) for part in recipe.accounts), f"{recipe.name}/{seed}")
    world = World(recipe.name, seed, clock, accounts, policies)
    _Growth(recipe, world, seed).run()
    return world


def account_of(part: AccountPart) -> Account:
    account = Account(part.username, part.name, frozenset(part.licenses))
    if part.t3:
        account.hostname, account.password, account.tier = part.t3.hostname, part.t3.password, part.t3.tier
        account.t3_api_key, account.secret_key = part.t3.api_key, part.t3.secret_key
    if part.trace:
        account.trace_api_key, account.trace_token = part.trace.api_key, part.trace.token
        account.user_key = part.trace.user_key
    return account


class _Growth:
    """One growing: the recipe's tables, in the order they depend on each other."""

    def __init__(self, recipe: Recipe, world: World, seed: int) -> None:
        self.recipe = recipe
        self.world = world
        self.seed = seed
        self.now = world.clock.now().replace(microsecond=0)
        self.items = self._items()
        self.shelves: dict[str, list[tuple[LotPart, str]]] = {}
        self.shops: dict[str, Shop] = {}

    def run(self) -> None:
        for part in self.recipe.licenses:
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
            self._do(OpenLicense(license_), self.now)
        for employee in (*self._named_employees(), *self._invented_employees()):
            self._do(HireEmployee(employee), self.now)
        self._receive_lots()
        drafts = [
            *(
                (at, draft, "sales", part.state)
                for part in self.recipe.sales
                for at, draft in [self._fixed(part)]
            ),
            *(
                (at, draft, "history", state)
                for part in self.recipe.history
                for at, draft, state in self._invented(part)
            ),
        ]
        for at, draft, table, state in sorted(drafts, key=lambda each: each[0]):
            self._record(draft, at + REPORTING_DELAY, table, state)

    def _items(self) -> dict[str, Item]:
        categories = list(dict.fromkeys(part.category for part in self.recipe.items))
        return {
            part.key: Item(
                id=FIRST_ITEM_ID + index,
                name=part.name,
                product_class=part.product_class,
                category=part.category,
                category_id=FIRST_CATEGORY_ID + categories.index(part.category),
                unit=UNITS[part.unit],
                strain=part.strain,
                brand=part.brand,
                unit_weight=part.unit_weight,
                unit_thc=part.unit_thc,
                thc_percent=part.thc_percent,
            )
            for index, part in enumerate(self.recipe.items)
        }

    def _named_employees(self) -> Iterator[Employee]:
        for part in self.recipe.employees:
            yield self._employee(part.id, part.license, part.first_name, part.last_name, active=part.active)

    def _invented_employees(self) -> Iterator[Employee]:
        if not self.recipe.staff:
            return
        from faker import Faker  # noqa: PLC0415 - slow to import, and most worlds in a test suite need none

        faker = Faker("en_US")
        faker.seed_instance(f"{self.recipe.name}/{self.seed}/staff")
        for part in self.recipe.staff:
            for index in range(part.count):
                id_ = derived_id("employee", part.license, index)
                yield self._employee(id_, part.license, faker.first_name(), faker.last_name(), active=True)

    def _employee(self, id_: str, license_number: str, first: str, last: str, *, active: bool) -> Employee:
        email = f"{first}.{last}@{license_number}.example".lower()
        hired_on = (self.now - timedelta(days=400)).date()
        return Employee(id_, license_number, first, last, email, hired_on, active)

    def _receive_lots(self) -> None:
        received_at = self.now - timedelta(days=STOCKED_DAYS_BEFORE)
        counters = {license_.number: license_.first_lot_id for license_ in self.recipe.licenses}
        tags: set[str] = set()
        blocks = {license_.number: index for index, license_ in enumerate(self.recipe.licenses)}
        for part in self.recipe.lots:
            lot_id = counters[part.license]
            counters[part.license] += 1
            block = f"1A4{blocks[part.license]:05X}"
            tag = part.tag or f"{block}{lot_id:016}"
            if tag in tags:
                raise RecipeError(f"lots: the tag {tag} is there twice")
            tags.add(tag)
            lot = Lot(
                id=lot_id,
                trace_id=part.id or derived_id("lot", part.license, lot_id),
                tag=tag,
                license_number=part.license,
                item=self.items[part.item],
                received=part.quantity,
                quantity=part.quantity,
                received_at=received_at,
                modified_at=received_at,
                history=(StateChange("active", received_at, "lot received", "system generated"),),
                lab_state=part.lab_state,
                on_hold=part.on_hold,
                source_license_number=SUPPLIER_NUMBER,
                source_license_name=SUPPLIER_NAME,
            )
            self._do(ReceiveLot(lot), received_at)
            self.shelves.setdefault(part.license, []).append((part, lot.trace_id))

    def _fixed(self, part: SalePart) -> tuple[datetime, SaleDraft]:
        """A sale the recipe spells out, at noon on its day."""
        shop = self._shop(part.license)
        # Backwards, so that of several lots of an item the first is taken.
        by_item = {
            lot_part.item: shop.priced(lot_part, trace_id)
            for lot_part, trace_id in reversed(self.shelves[part.license])
        }
        basket = [(by_item[line.item], line.quantity) for line in part.lines]
        shop.take(basket)
        local = self._local(shop.license, part.days_ago, time(12))
        draft = shop.draft(basket, local)
        return draft.sold_at, replace(
            draft, receipt_id=part.receipt_id, trace_id=part.trace_id, external_id=part.external_id
        )

    def _invented(self, part: HistoryPart) -> Iterator[tuple[datetime, SaleDraft, str]]:
        """Sales spread over the days before today, each with the state it shall end in."""
        shop = self._shop(part.license)
        shelf = [
            shop.priced(lot_part, trace_id)
            for lot_part, trace_id in self.shelves.get(part.license, [])
            if lot_part.in_history and shop.sellable(trace_id)
        ]
        if not shelf:
            raise RecipeError(f"history of {part.license}: it has no lot that may be sold")
        count = part.final + part.active + part.voided
        seconds = (part.closes - part.opens) * 3600
        moments = sorted(
            (-(part.days - index * part.days // count), int(shop.rng.random() * seconds))
            for index in range(count)
        )
        states = ["final"] * part.final + _interspersed(part.active, part.voided)
        for (days, second), state in zip(moments, states, strict=True):
            opening = self._local(shop.license, -days, time(part.opens))
            draft = shop.sell(shelf, opening + timedelta(seconds=second))
            yield draft.sold_at, draft, state

    def _shop(self, license_number: str) -> Shop:
        if license_number not in self.shops:
            self.shops[license_number] = Shop(self.recipe, self.seed, self.world.ledger.books[license_number])
        return self.shops[license_number]

    def _local(self, license_: License, days_ago: int, at: time) -> datetime:
        """A facility-local time so many days before today."""
        today = self.now.astimezone(license_.state.zone).date()
        return datetime.combine(today - timedelta(days=days_ago), at)

    def _record(self, draft: SaleDraft, at: datetime, table: str, state: str) -> None:
        license_ = self.world.ledger.books[draft.license_number].license
        actor = self._actor(license_.number)
        try:
            (receipt,) = self._do(RecordSales(actor, license_.state_code, (draft,)), at)
            later = min(at + timedelta(hours=12), self.now)
            if state == "final":
                self._do(FinalizeReceipts(actor, license_.number, (receipt.id,)), later)
            elif state == "voided":
                self._do(VoidReceipt(actor, license_.number, receipt.id), later)
        except Rejected as refused:
            raise RecipeError(f"{table} of {license_.number}: {refused}") from None

    def _actor(self, license_number: str) -> Actor:
        """Whoever of the recipe sees the license, or nobody in particular."""
        for account in self.world.accounts.everyone:
            if license_number in account.licenses:
                return account.actor
        return Actor("system generated", "System", frozenset({license_number}))

    def _do(self, command: Command, at: datetime) -> tuple[Receipt, ...]:
        return self.world.execute(command, at).receipts


def _interspersed(active: int, voided: int) -> list[str]:
    """The voided ones spread evenly among the active ones."""
    count = active + voided
    return ["voided" if (n + 1) * voided // count > n * voided // count else "active" for n in range(count)]
