"""Tills that go on: beside a server, the sales that the shops of its world make next, and when they make them.

A world of the same plan accepts every one of them: what is on the shelf and what each customer may still buy follow from
the past, which is grown here too. It does not know what others sell there meanwhile; several who do share the tills.
"""

from collections import deque
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from simulator.collector import without_collector
from simulator.ledger.model import License
from simulator.seeding.bodies import JSON, Written
from simulator.seeding.find import RecipeError
from simulator.seeding.open_till import Habits, OpenTill, Share
from simulator.seeding.plan import Plan
from simulator.seeding.selling import SoldOut
from simulator.wording import did_you_mean, echo

__all__ = ["Habits", "Share", "SoldOut", "Tills"]


class Tills:
    """The tills of a plan's world, or one share of them.

    `share` is (index, of): so many programs that know nothing of each other each take another index. No lot is sold twice
    and no customer is in two shares; each has chance of its own. Same plan and share, and the same moments asked of a
    license: the same sales, byte for byte.

    The past is grown at once, license by license; the plan's `progress` hears of it. Raises RecipeError where the recipe
    has no history, ValueError for a share that is none.
    """

    def __init__(self, plan: Plan, share: Share = (0, 1)) -> None:
        index, of = share
        if not 0 <= index < of:
            raise ValueError(f"share must be (index, of) with 0 <= index < of, not ({index}, {of})")
        growth = plan.growth()
        written: Written = {}
        self._tills: dict[str, OpenTill] = {}
        with without_collector():
            for number in list(growth.premises):
                premises = growth.premises.pop(number)
                deque(premises.receipts(), maxlen=0)
                deque(premises.lots(), maxlen=0)
                if till := premises.open_till(written, share):
                    self._tills[number] = till
        if not self._tills:
            raise RecipeError(
                f"recipe {plan.recipe.name} has no history, so its tills have nothing to go on with"
            )

    @property
    def licenses(self) -> Mapping[str, License]:
        """Those that sell, which are those with a history, by number and in the recipe's order; each tells its
        `state_code` and `state.zone`.
        """
        return MappingProxyType({number: till.license for number, till in self._tills.items()})

    def sale(self, license_number: str, sold_at: datetime) -> JSON:
        """The next sale of that license, sold at that moment: an element of `sales` for `POST /{state}/v1/sales`, without
        an external id, to be changed at will.

        `sold_at` is aware, in whole seconds. Moments may come in any order, but who came in on a later day does not come
        on an earlier one, so that looking back brings new people. Raises SoldOut once its share of stock cannot fill
        a basket, and from then on; LookupError for a license that sells nothing.
        """
        return self._till(license_number).sale(sold_at)

    def day(self, license_number: str, day: date, *, factor: float = 1.0) -> list[datetime]:
        """When the license's sales of a local day are made, sorted, in UTC: as many as its histories say for such a day,
        `factor` times. The day may be any, past or to come; of peaks those count that have a date.

        It is the same day for all shares, and each has its part: every `of`-th moment.
        """
        return self._till(license_number).day(day, factor)

    def curve(self, license_number: str, day: date) -> list[float]:
        """How a day's sales are expected to divide among its 24 local hours; together 1."""
        return self._till(license_number).curve(day)

    def history(self, license_number: str) -> Habits:
        """When the license opens and closes, and how much it usually sells."""
        return self._till(license_number).habits

    def _till(self, license_number: str) -> OpenTill:
        till = self._tills.get(license_number)
        if till is None:
            hint = did_you_mean(license_number, self._tills)
            raise LookupError(f"license {echo(license_number)} is none that sells.{hint}")
        return till
