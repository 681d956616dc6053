"""`simulator oracle`."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from simulator.cli.remote import Remote, remote
from simulator.cli.tables import counted, table

NOT_EXACTLY_ONCE = 1
"""Exit code when something is not recorded exactly once."""


@click.command()
@click.option(
    "--external-id", metavar="ID", help="Only the sales with this external_id; there has to be one."
)
@click.option(
    "--window",
    type=float,
    metavar="SECONDS",
    help="How far apart, in simulated seconds, two sales of the same content are one sent again. [default: 300]",
)
@click.option("--intents", is_flag=True, help="List every sale that was asked for.")
@remote
def oracle(at: Remote, external_id: str | None, window: float | None, *, intents: bool) -> None:
    """Tell what really happened to every sale.

    Beside what the client was told. Exit code 1 when something was not recorded exactly once.
    """
    told = at.world.control.get("/oracle", external_id=external_id, window=window)
    at.tell(told, lambda: _report(told, intents=intents))
    if not told["exactly_once"]:
        sys.exit(NOT_EXACTLY_ONCE)


def _report(told: Mapping[str, Any], *, intents: bool) -> str:
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in told["verdicts"].items() if number)
    sales = counted(len(told["intents"]), "sale")
    lines = [f"{sales} asked for: {verdicts}." if verdicts else "No sale was asked for."]
    doubts = {
        counted(told["retries"], "retry", "retries"): told["retries"],
        counted(len(told["lost_answers"]), "answer") + " lost after recording": told["lost_answers"],
        counted(len(told["lost_writes"]), "answer") + " lost after other changes": told["lost_writes"],
        counted(len(told["unlearned"]), "receipt") + " the client never learned of": told["unlearned"],
        counted(len(told["not_understood"]), "request") + " without a sale that can be read": told[
            "not_understood"
        ],
    }
    if any(doubts.values()):
        lines.append("; ".join(words for words, there in doubts.items() if there) + ".")
    if intents:
        heads = ("sale", "license", "verdict", "sent", "told", "receipts")
        lines += ["", table(heads, map(_intent, told["intents"]), "No sales."), ""]
    problems = list(dict.fromkeys([*told["failures"], *told["problems"]]))
    if not problems:
        lines.append("Everything was recorded exactly once." if verdicts else "Nothing is wrong.")
    return "\n".join([*lines, *problems])


def _intent(intent: Mapping[str, Any]) -> tuple[object, ...]:
    from simulator.client.journal import answered

    attempts = intent["attempts"]
    receipts = (
        each["receipt_number"] + ("" if each["stands"] else f" {each['state']}")
        for each in intent["receipts"]
    )
    return (
        intent["name"],
        intent["license_number"],
        intent["verdict"],
        ", ".join(f"#{attempt['entry']}" for attempt in attempts),
        ", ".join(answered(attempt["status"], attempt["told"]) for attempt in attempts),
        ", ".join(receipts),
    )
