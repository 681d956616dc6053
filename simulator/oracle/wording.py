"""The oracle's sentences."""

from collections.abc import Iterable, Iterator

from simulator.oracle.intents import Intent, Recorded, shown_id
from simulator.oracle.lost import LostAnswer
from simulator.oracle.verdicts import Verdict
from simulator.wording import did_you_mean, listed

TIMES = {2: "twice", 3: "three times"}
MOST_NAMED = 10


def incomplete(entries: int, dropped: int) -> Iterator[str]:
    if dropped:
        yield (
            f"The journal has dropped {counted(dropped, 'entry', 'entries')}; this covers only the {entries} it kept. "
            "Give it more bytes, or clear it before what matters."
        )


def failures(intents: Iterable[Intent], writes: Iterable[LostAnswer]) -> Iterator[str]:
    """Of sales that are not recorded as they should be, and of refunds that were repeated."""
    for intent in intents:
        if intent.failed:
            yield _failure(intent)
    told: set[int] = set()
    for lost in writes:
        if lost.refunded_again and lost.entry not in told:
            told.update(lost.again)
            yield _refunded_again(lost)


def refusals(intents: Iterable[Intent]) -> Iterator[str]:
    for intent in intents:
        if intent.verdict is Verdict.REFUSED:
            yield _failure(intent)


def unattributed(receipts: Iterable[Recorded]) -> Iterator[str]:
    for each in receipts:
        yield f"Receipt {_receipt(each)} was recorded, but by no sale that can be read in its request."


def unlearned(intents: Iterable[Intent]) -> Iterator[str]:
    """Of those that are no failure, which says it already."""
    for intent in intents:
        unknown = [] if intent.failed else [each for each in intent.standing if not each.learned]
        for each in unknown:
            yield f"The client never learned that {intent.name} is recorded: receipt {_receipt(each)}."


def never_sent(intents: Iterable[Intent], external_id: str, dropped: int) -> str:
    """Nothing is said of what was in entries that are not there any more."""
    sent = list(dict.fromkeys(intent.external_id for intent in intents if intent.external_id))
    asked = f"external_id {shown_id(external_id)}"
    none = f"Among the entries kept, no sale has {asked}" if dropped else f"No sale with {asked} was sent"
    if not sent:
        return f"{none}, nor any other." if dropped else f"{none}, nor with any other."
    more = f" and {len(sent) - MOST_NAMED} more" if len(sent) > MOST_NAMED else ""
    hint = did_you_mean(external_id, sent)
    found = "There are" if dropped else "Sent were"
    return f"{none}.{hint} {found} {listed(map(shown_id, sent[:MOST_NAMED]))}{more}."


def counted(number: int, one: str, several: str | None = None) -> str:
    """`1 retry`, `2 retries`."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def entries(numbers: Iterable[int]) -> str:
    return listed(f"#{number}" for number in numbers)


def _failure(intent: Intent) -> str:
    last, number = intent.attempts[-1], len(intent.recorded)
    times = TIMES.get(number, f"{number} times")
    match intent.verdict:
        case Verdict.DUPLICATED:
            return f"{intent.name} was recorded {times}: {_receipts(intent)}. {_why_again(intent)}"
        case Verdict.WITHDRAWN:
            return f"{intent.name} was recorded {times} and nothing of it stands: {_receipts(intent)}."
        case Verdict.REFUSED:
            return f"{intent.name} was never recorded: it was refused (#{last.entry}, told {last.answer})."
        case _:
            sent = len({attempt.entry for attempt in intent.attempts})
            tries = f" in {sent} attempts" if sent > 1 else ""
            end = "The client was told that it is" if last.heard else "The client did not send it again"
            return f"{intent.name} was never recorded{tries} (last #{last.entry}, told {last.answer}). {end}."


def _why_again(intent: Intent) -> str:
    """Why there is another receipt, by the first that the client need not have asked for."""
    recording = [attempt for attempt in intent.attempts if attempt.event]
    first, second = recording[:2]
    if first.entry == second.entry:
        return "One request holds it more than once."
    if first.heard:
        return f"The client sent it again though #{first.entry} had told it of success."
    return "The client sent it again after an answer it never got."


def _refunded_again(lost: LostAnswer) -> str:
    receipts = listed(dict.fromkeys(event.receipt_number for event in lost.events))
    return (
        f"Receipt {receipts} was refunded again ({entries(lost.again)}) "
        f"after an answer the client never got (#{lost.entry}, told {lost.answer})."
    )


def _receipt(each: Recorded) -> str:
    state = "" if each.stands else f", now {each.shown_state}"
    return f"{each.number} (#{each.entry}, told {each.answer}{state})"


def _receipts(intent: Intent) -> str:
    """`receipts a and b`, `receipts a, b and c`."""
    *first, last = map(_receipt, intent.recorded)
    return f"receipts {listed(first)} and {last}"
