"""The people who come in: invented customers who return, and what their limits leave them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random

from simulator.ledger.customers import CustomerType
from simulator.ledger.limits import Limit
from simulator.ledger.model import Identification
from simulator.ledger.states.state import State
from simulator.ledger.vocabulary import IdentificationType, customer_types, identification_types
from simulator.seeding.lines import FULL

ROOM_TO_SHOP = FULL // 3
"""With less than this left of a limit, a customer stays at home."""
TRIES = 4
MOST_REGULARS = 25_000
NUMBERS, STRIDE, MIXER = 1_000_000_000, 8, 736_878_719
"""Numbers of identifications: every crowd has its own of each eight, and a factor without a common divisor mixes them."""
ELSEWHERE = ("tx", "ny")
"""Where visitors are from; the second where the first is the shop's own state."""
YOUNGEST, SPAN_OF_AGES = 22, 50
MONTH_DAYS = 31

IDENTIFIED_BY: dict[CustomerType, tuple[IdentificationType, ...]] = {
    CustomerType.ADULT: (IdentificationType.DRIVERS_LICENSE,),
    CustomerType.PATIENT: (IdentificationType.DRIVERS_LICENSE, IdentificationType.PATIENT_ID),
    CustomerType.CAREGIVER: (
        IdentificationType.DRIVERS_LICENSE,
        IdentificationType.CAREGIVER_ID,
        IdentificationType.PATIENT_ID,
    ),
    CustomerType.EXTERNAL_PATIENT: (
        IdentificationType.DRIVERS_LICENSE,
        IdentificationType.EXTERNAL_PATIENT_ID,
    ),
}
COMES_FROM: dict[CustomerType, tuple[bool, ...]] = {
    CustomerType.ADULT: (False, True),
    CustomerType.PATIENT: (False,),
    CustomerType.CAREGIVER: (False,),
    CustomerType.EXTERNAL_PATIENT: (True,),
}
"""Whether customers of a type are from out of state: adults some, visiting patients all."""
LETTERS = {
    IdentificationType.DRIVERS_LICENSE: "DL",
    IdentificationType.PATIENT_ID: "P",
    IdentificationType.CAREGIVER_ID: "CG",
    IdentificationType.EXTERNAL_PATIENT_ID: "XP",
}


@dataclass(slots=True)
class Shopper:
    """One person: how they identify themselves, the day (an ordinal) they were last here, and, where limits roll over
    several days, their visits as (day, load on their tightest limit).
    """

    identifications: tuple[Identification, ...]
    last_day: int = 0
    visits: list[tuple[int, int]] = field(default_factory=list)

    def room(self, first_day: int) -> int:
        """What their limit leaves them when visits from `first_day` on count."""
        return FULL - sum(load for day, load in self.visits if day >= first_day)


class Crowd:
    """Customers of one type and residency at one license. They share limits, and so the baskets they may fill."""

    def __init__(
        self, rng: Random, state: State, type_: CustomerType, oldest: date, *, out_of_state: bool
    ) -> None:
        self.type = type_
        self.out_of_state = out_of_state
        self.type_id = next(id_ for id_, kind in customer_types(state.code).items() if kind is type_)
        self.limits = tuple[Limit, ...](
            limit
            for limit in state.limits
            if limit.applies_to(type_, out_of_state=out_of_state, age=YOUNGEST)
        )
        self.window = max(
            (MONTH_DAYS if each.period.month else each.period.days for each in self.limits), default=0
        )
        self.welcome = type_ is not CustomerType.EXTERNAL_PATIENT or state.visitors != "no"
        self.size = 1
        self._random = rng.random
        self.state = state
        self._year = oldest.year
        self._kinds = [
            (id_, kind)
            for wanted in IDENTIFIED_BY[type_]
            for id_, kind in identification_types(state.code).items()
            if kind is wanted
        ]
        self._residency = 2 * list(CustomerType).index(type_) + out_of_state
        self._home = ELSEWHERE[state.code == ELSEWHERE[0]] if out_of_state else state.code
        self._shoppers: list[Shopper] = []
        self._number = int(rng.random() * NUMBERS / STRIDE) * STRIDE
        self._stride = STRIDE

    def expect(self, visits: float, busiest_day: float, days: int) -> None:
        """Make the crowd large enough for so many visits: nobody twice a day, about two in each period of the limits."""
        share = min(1.0, self.window / days) / 2 if self.window else 0.0
        self.size += round(max(20.0, 2 * busiest_day, min(visits / 8, MOST_REGULARS), visits * share))

    def arrive(self, day: int) -> tuple[Shopper, int]:
        """Somebody who may still buy on this day (an ordinal), and how much of their limit is left. Days may come in any
        order: who was here on a later one stays at home.
        """
        shoppers, window = self._shoppers, self.window
        for _ in range(TRIES):
            # Bent towards the first, who come five times as often as most.
            drawn = self._random()
            index = int(drawn * (0.2 + 0.8 * drawn) * self.size)
            if index >= len(shoppers):
                break
            shopper = shoppers[index]
            if not window:
                return shopper, FULL
            if shopper.last_day >= day:
                continue
            if window == 1:
                return shopper, FULL
            room = shopper.room(day - window + 1)
            if room >= ROOM_TO_SHOP:
                return shopper, room
        shopper = self.somebody_new()
        if len(shoppers) < self.size:
            shoppers.append(shopper)
        return shopper, FULL

    def leave(self, shopper: Shopper, day: int, load: int) -> None:
        """Remember a visit, as far as limits ask."""
        shopper.last_day = day
        if self.window > 1:
            first_day = day - self.window + 1
            shopper.visits = [visit for visit in shopper.visits if visit[0] >= first_day]
            shopper.visits.append((day, load))

    def deal_out(self, index: int, of: int) -> None:
        """Keep one share of its people, and of the numbers of those who are still to come; nobody is in two shares."""
        self._shoppers = self._shoppers[index::of]
        self.size = len(range(index, self.size, of))
        self._number += STRIDE * index
        self._stride = STRIDE * of

    def somebody_new(self) -> Shopper:
        """A customer nobody has seen before, and of whom no later visit is known unless they join the crowd."""
        self._number += self._stride
        return Shopper(tuple(self._identification(id_, kind) for id_, kind in self._kinds))

    def _identification(self, type_id: str, kind: IdentificationType) -> Identification:
        number = (self._number + self._residency) * MIXER % NUMBERS
        value = f"{self._home.upper()}{LETTERS[kind]}{number:09}"
        if kind is not IdentificationType.DRIVERS_LICENSE:
            return Identification(type_id, value)
        age = YOUNGEST + int(self._random() * SPAN_OF_AGES)
        month, day = 1 + int(self._random() * 12), 1 + int(self._random() * 28)
        born = datetime(self._year - age, month, day, 0, 0, 1, tzinfo=UTC)
        return Identification(type_id, value, born)
