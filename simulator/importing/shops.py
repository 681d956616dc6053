"""The licenses of what was read: which state each is in, and whether its receipts can have been made there."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from simulator.importing.problems import BadRow, ImportRefused
from simulator.importing.told import Told, Vendor
from simulator.ledger.customers import CustomerType
from simulator.ledger.states import STATES
from simulator.ledger.states.state import State
from simulator.ledger.vocabulary import customer_types


@dataclass(slots=True)
class Shop:
    """A license and what was told of its receipts, in the order of reading."""

    number: str
    state_code: str
    told: list[Told] = field(default_factory=list)

    @property
    def state(self) -> State:
        return STATES[self.state_code]


def shops(told: Iterable[Told], state_code: str | None, bad: list[BadRow]) -> list[Shop]:
    """The licenses in the order of reading. `state_code` is where those are whose rows do not say it. What a row cannot
    be is added to `bad`. Raises ImportRefused for a license whose state is not known.
    """
    by_number: dict[str, list[Told]] = {}
    for each in told:
        by_number.setdefault(each.license_number, []).append(each)
    found = []
    for number, rows in by_number.items():
        shop = Shop(number, _state_code(number, rows, state_code))
        for row in rows:
            problem = _problem(row, shop)
            if problem is None:
                shop.told.append(row)
            else:
                bad.append(BadRow(row.place, *problem))
        found.append(shop)
    return [shop for shop in found if shop.told]


def _state_code(number: str, rows: list[Told], otherwise: str | None) -> str:
    code = next((row.state_code for row in rows if row.state_code is not None), otherwise)
    first = rows[0].place
    if code is None:
        hint = _hint(number)
        raise ImportRefused(
            f"{first.origin.name} does not say which state license {number} is in: there is no hostname, and local times "
            f"need their zone; give --state{hint}"
        )
    if STATES[code].host is None and any(row.vendor is Vendor.T3 for row in rows):
        raise ImportRefused(
            f"{first.origin.name}: T3 has no receipts of {STATES[code].name}, whose system is not Metrc"
        )
    return code


def _hint(number: str) -> str:
    """The option to give, where the number looks like one state's and that state's alone."""
    patterns = Counter(state.license_shape.pattern for state in STATES.values())
    fitting = [
        state.code
        for state in STATES.values()
        if patterns[state.license_shape.pattern] == 1 and state.license_shape.matches(number)
    ]
    return f" (by its look, --state {fitting[0]})" if len(fitting) == 1 else ""


def _problem(row: Told, shop: Shop) -> tuple[tuple[str, ...], str] | None:
    """Why a row cannot be of its license: where in the row, and what."""
    t3, state = row.vendor is Vendor.T3, shop.state
    if row.state_code not in (None, shop.state_code):
        path = ("hostname",) if t3 else ("customer_types", "id")
        other = STATES[row.state_code].name if row.state_code else ""
        return path, f"this is {other}, and license {shop.number} is in {state.name}"
    kind = row.customer_type
    if t3 and kind is CustomerType.ADULT and kind not in customer_types(shop.state_code).values():
        return ("salesCustomerType",), f"only patients may buy in {state.name}, not consumers"
    return None
