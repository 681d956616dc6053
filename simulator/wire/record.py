"""From an exchange to its entry in the journal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.faults.strike import Strike
from simulator.journal.entry import Applied, Entry, Suffered, Told, packed
from simulator.journal.redaction import kept
from simulator.wire.answer import Answer

if TYPE_CHECKING:
    from simulator.wire.exchange import Exchange

SUCCESS = range(200, 300)


def record(
    exchange: "Exchange", response: Answer | None, told: Told, ended: float, strikes: Sequence[Strike] = ()
) -> None:
    """Write it down. `response` is the answer that was meant for the client, `told` what reached them of it.

    `ended` is of the clock by which it `began`.
    """
    world = exchange.world
    if exchange.resets != world.resets:
        # It was sent to what a reset has forgotten.
        return
    status = None if response is None or told is Told.NOTHING else response.status_code
    answer = b"" if response is None else response.body
    learned: tuple[str, ...] = ()
    if exchange.applied or world.unlearned:
        learned = _learned(exchange, answer, delivered=told is Told.ANSWER and status in SUCCESS)
    duration_ms = (ended - exchange.began) * 1000

    def entry(number: int) -> Entry:
        path = exchange.path
        query, body, answer_kept = kept(path, exchange.query_string, exchange.body, answer)
        return Entry(
            number=number,
            at=exchange.now,
            started=exchange.started,
            duration_ms=duration_ms,
            api=exchange.facade.api,
            method=exchange.method,
            path=path,
            query=query,
            packed_headers=exchange.request.fields.kept,
            body=body,
            operation=None if exchange.operation is None else exchange.operation.id,
            username=None if exchange.account is None else exchange.account.username,
            license_numbers=exchange.license_numbers,
            status=status,
            told=told,
            packed_answer_headers=packed(() if response is None else response.raw_headers),
            answer=answer_kept,
            answer_size=len(answer),
            faults=tuple(
                [
                    Suffered(strike.fault.name, strike.fault.phase, strike.fault.effect.type)
                    for strike in strikes
                ]
            )
            if strikes
            else (),
            events=tuple(exchange.applied),
            hint=None if exchange.refusal is None else str(exchange.refusal) or None,
            learned=learned,
        )

    world.journal.record(entry)


def _learned(exchange: "Exchange", answer: bytes, *, delivered: bool) -> tuple[str, ...]:
    """Receipts whose answer had been lost and that this answer shows; a lost answer adds those it was about."""
    world = exchange.world
    world.note_answer(exchange.applied, delivered=delivered)
    if not (world.unlearned and delivered):
        return ()
    learned = tuple(
        trace_id
        for trace_id, event in world.unlearned.items()
        if event.license_number in exchange.license_numbers and _shows(answer, event)
    )
    for trace_id in learned:
        del world.unlearned[trace_id]
    return learned


def _shows(answer: bytes, event: Applied) -> bool:
    """Whether an answer of either façade has this receipt in it."""
    return event.trace_id.encode() in answer or f'"receiptNumber":"{event.receipt_number}"'.encode() in answer
