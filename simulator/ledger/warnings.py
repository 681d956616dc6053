"""What is accepted but worth saying: the warnings that go with an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.ledger.model import Receipt
from simulator.ledger.money import as_text, money, same_money
from simulator.ledger.rules.context import SaleContext
from simulator.times import iso_local, iso_utc

LOCAL_TIME_SLACK = timedelta(minutes=1)


class WarningType(StrEnum):
    """Documented one by one in docs/errors.md. GAP(warnings): the vendor shows warnings but none of their texts."""

    REPORTED_LATE = "reported_late"
    LOCAL_TIME_MISMATCH = "local_time_mismatch"
    EXTERNAL_ID_REUSED = "external_id_reused"
    PAYMENTS_MISMATCH = "payments_mismatch"
    FIELD_IGNORED = "field_ignored"


@dataclass(frozen=True, slots=True)
class SaleWarning:
    type: WarningType
    detail: str


def recording_warnings(sale: SaleContext, seen_external_ids: set[tuple[str, str]]) -> list[SaleWarning]:
    """Of a sale about to be recorded; `seen_external_ids` are those of the batch so far, by license."""
    draft, book = sale.draft, sale.book
    found: list[SaleWarning] = []
    if book is None:
        return found
    state = book.license.state
    deadline = state.deadline_for(sale.customer) if sale.customer else state.deadline
    if deadline.missed(draft.sold_at, sale.now, state.zone):
        detail = (
            f"{sale.prefix}: sold at {iso_utc(draft.sold_at)} and reported late; "
            f"{state.name} wants it {deadline.text}."
        )
        found.append(SaleWarning(WarningType.REPORTED_LATE, detail))
    local = sale.sold_at_local
    if draft.local_time != local and abs(draft.local_time - local) > LOCAL_TIME_SLACK:
        detail = (
            f"{sale.prefix}: local_time {iso_local(draft.local_time)} is not {iso_utc(draft.sold_at)} "
            f"in {state.zone.key}, which is {iso_local(local)}."
        )
        found.append(SaleWarning(WarningType.LOCAL_TIME_MISMATCH, detail))
    # GAP(external-id-reuse): nothing makes a POST idempotent; a repeat is a second sale, with a warning.
    if draft.external_id is not None:
        key = (draft.license_number, draft.external_id)
        if key in seen_external_ids or book.knows_external_id(draft.external_id):
            detail = f"{sale.prefix}: external_id {draft.external_id!r} is already used on license {key[0]}."
            found.append(SaleWarning(WarningType.EXTERNAL_ID_REUSED, detail))
        seen_external_ids.add(key)
    return found


def update_warnings(receipt: Receipt, now: datetime) -> Iterator[SaleWarning]:
    """Of a receipt after an update, as it will stand at `now`."""
    if not same_money(receipt.paid, receipt.total):
        detail = (
            f"Since {iso_utc(now)} the payments ({as_text(money(receipt.paid))}) no longer match "
            f"the sale's total ({as_text(receipt.total)})."
        )
        yield SaleWarning(WarningType.PAYMENTS_MISMATCH, detail)
