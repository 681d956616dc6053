"""Everything that tells who somebody is, replaced before anything is made of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache

from msgspec.structs import replace

from simulator.importing.birthdays import moved
from simulator.importing.renumbering import distance, is_counted, numbered, receipt_ids
from simulator.importing.replacing import Replacing
from simulator.importing.shops import Shop
from simulator.importing.told import Told, ToldEmployee, ToldLine
from simulator.ledger.closing import FINALIZED
from simulator.ledger.model import Identification, Payment, StateChange
from simulator.ledger.recording import CREATED
from simulator.ledger.updating import REFUNDED, VOIDED

SYSTEMS = frozenset({"system generated", "user credentials"})
"""What Trace writes where a machine acted."""
REASONS = (CREATED, VOIDED, REFUNDED, FINALIZED, "unfinalized", "price changed", "quantity changed")
NO_REASON = "reason removed"

_REASON = re.compile(f"({'|'.join(REASONS)})( on [0-9T:.-]+Z)?")


def anonymised(shops: Sequence[Shop], seed: int) -> list[Shop]:
    """The same licenses under other numbers, with other people. Amounts, times and products stay."""
    people = sorted({name for shop in shops for told in shop.told for name in _people(told)})
    parts = {part for shop in shops for told in shop.told for part in _name_parts(told)}
    numbers = sorted({number for shop in shops for told in shop.told for number in _numbers(told)})
    ids = frozenset(id_ for shop in shops for told in shop.told for id_ in receipt_ids(told))
    counts = {text for id_ in ids for text in (str(id_), numbered(id_))}
    replacing = Replacing(seed, {*people, *parts, *numbers, *counts, *(shop.number for shop in shops)})
    licenses = {
        shop.number: _license(shop, replacing) for shop in sorted(shops, key=lambda shop: shop.number)
    }
    names = {name: replacing.person(name) for name in people}
    others = {
        number: replacing.number(number)
        for number in numbers
        if number not in licenses and number not in names
    }
    # A license or a name may stand elsewhere too, and is the same there.
    others |= licenses | {name: " ".join(made) for name, made in names.items()}
    births = moved(_birthdays(shops), replacing)
    anonymising = _Anonymising(names, others, births)
    made = []
    for shop in shops:
        far = distance(shop, ids, replacing)
        told = [anonymising.told(each, far) for each in shop.told]
        made.append(Shop(licenses[shop.number], shop.state_code, told))
    return made


def _license(shop: Shop, replacing: Replacing) -> str:
    """Of the state's look where the original is."""
    shape = shop.state.license_shape
    return replacing.number(shop.number, cache(shape.matches) if shape.matches(shop.number) else None)


def _people(told: Told) -> Iterator[str]:
    if told.recorded_by and not _is_user_name(told):
        yield told.recorded_by
    if told.employee is not None and (name := _full_name(told.employee)):
        yield name


def _is_user_name(told: Told) -> bool:
    """Trace tells who acted by user name, which is replaced like a number."""
    return bool(told.history)


def _full_name(employee: ToldEmployee) -> str:
    return " ".join(part for part in (employee.first_name, employee.last_name) if part)


def _name_parts(told: Told) -> Iterator[str]:
    """What no invented name may be."""
    if told.employee is not None:
        yield from (part for part in (told.employee.first_name, told.employee.last_name) if part)


def _numbers(told: Told) -> Iterator[str]:
    """Everything that is no name of a person: numbers, ids, tags, user names, names of payment providers."""
    employee = told.employee.id if told.employee else None
    found: Iterable[str | None] = (
        told.trace_id,
        told.patient,
        told.caregiver,
        told.terminal,
        told.external_id,
        None if told.number is None or is_counted(told.number) else told.number,
        employee,
        *(each.value for each in told.identifications),
        *(part for each in told.payments for part in (each.id, each.provider_name)),
        *(change.actioned_by for change in told.history if change.actioned_by not in SYSTEMS),
        *(part for line in told.lines for part in (line.lot.trace_id, line.lot.tag)),
    )
    return (each for each in found if each)


def _birthdays(shops: Sequence[Shop]) -> dict[datetime, list[date]]:
    """Each birthday with the days on which somebody bought who was born then."""
    found: dict[datetime, list[date]] = {}
    for shop in shops:
        for told in shop.told:
            for each in told.identifications:
                sold = told.local_time or told.sold_at
                if each.birthday is not None and sold is not None:
                    found.setdefault(each.birthday, []).append(sold.date())
    return found


class _Anonymising:
    def __init__(
        self, names: dict[str, tuple[str, str]], others: dict[str, str], births: dict[datetime, datetime]
    ) -> None:
        self._names = names
        self._others = others
        self._births = births

    def told(self, told: Told, far: int) -> Told:
        """`far` is the distance by which the license's receipts are renumbered."""
        return replace(
            told,
            id=None if told.id is None else told.id + far,
            number=self._receipt_number(told.number, far),
            license_number=self._others[told.license_number],
            trace_id=self._other(told.trace_id),
            patient=self._other(told.patient),
            caregiver=self._other(told.caregiver),
            terminal=self._other(told.terminal),
            external_id=self._other(told.external_id),
            recorded_by=self._actor(told.recorded_by),
            employee=self._employee(told.employee),
            identifications=tuple(self._identification(each) for each in told.identifications),
            payments=tuple(self._payment(each) for each in told.payments),
            lines=tuple(self._line(each) for each in told.lines),
            history=tuple(self._change(each) for each in told.history),
        )

    def _receipt_number(self, original: str | None, far: int) -> str | None:
        if original is None or not is_counted(original):
            return self._other(original)
        return numbered(int(original) + far)

    def _other(self, original: str | None) -> str | None:
        return self._others[original] if original else original

    def _actor(self, original: str | None) -> str | None:
        return original if original in SYSTEMS else self._other(original)

    def _employee(self, told: ToldEmployee | None) -> ToldEmployee | None:
        if told is None:
            return None
        first, last = self._names.get(_full_name(told), (None, None))
        return ToldEmployee(self._others[told.id], first, last)

    def _identification(self, told: Identification) -> Identification:
        value = self._others[told.value] if told.value else told.value
        return Identification(
            told.type_id, value, None if told.birthday is None else self._births[told.birthday]
        )

    def _payment(self, told: Payment) -> Payment:
        return Payment(told.type_id, told.amount, self._other(told.id), self._other(told.provider_name))

    def _line(self, told: ToldLine) -> ToldLine:
        """T3's own ids of lots and lines are counted anew."""
        lot = replace(
            told.lot, id=None, trace_id=self._other(told.lot.trace_id), tag=self._other(told.lot.tag)
        )
        return replace(told, lot=lot, id=None)

    def _change(self, told: StateChange) -> StateChange:
        actor = told.actioned_by if told.actioned_by in SYSTEMS else self._others.get(told.actioned_by, "")
        return StateChange(told.state, told.at, _reason(told.reason), actor)


def _reason(text: str) -> str:
    """Free text may name anybody; the words of this simulator and their dates do not."""
    if not text or _REASON.fullmatch(text):
        return text
    return next((known for known in REASONS if text.startswith(known)), NO_REASON)
