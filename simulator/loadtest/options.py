"""What can be set about a scenario, beside Locust's own options: each a flag and a variable."""

from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from simulator.wording import echo

PREFIX = "LOADTEST_"
LOOK_UP, BLIND, NEVER = "look-up", "blind", "never"

Read = Callable[[str], Any]
"""Of what was said; raises argparse's ArgumentTypeError, whose words come after the flag."""


def at_least(least: int) -> Read:
    """A whole number."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise ArgumentTypeError(f"must be a whole number of {least} or more, not {echo(text)}")
        return value

    return read


def number(text: str) -> float:
    """Any that is not below zero."""
    value = _finite(text)
    if value < 0:
        raise ArgumentTypeError(f"must be a number of 0 or more, not {echo(text)}")
    return value


def above_zero(text: str) -> float:
    value = _finite(text)
    if value <= 0:
        raise ArgumentTypeError(f"must be a number above 0, not {echo(text)}")
    return value


def _finite(text: str) -> float:
    """-1 for what is none."""
    try:
        value = float(text)
    except ValueError:
        return -1.0
    return value if isfinite(value) else -1.0


@dataclass(frozen=True, slots=True)
class Option:
    """`type` None is a switch; `several` may be given more than once. `default` None leaves it to the scenario."""

    name: str
    help: str
    type: Read | None = str
    default: Any = None
    choices: Sequence[str] | None = None
    several: bool = False
    secret: bool = False

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


OPTIONS: tuple[Option, ...] = (
    Option("control", "Address of the simulator's control plane, where --host is a gateway in front of it."),
    Option("control_token", "The control token, if one is asked for.", secret=True),
    Option("world", "Use this world instead of a new one; a gateway that knows no worlds needs 'main'."),
    Option("keep_world", "Leave the new world there when the run is over.", type=None),
    Option("recipe", "What the new world is grown from."),
    Option("seed", "Seed of the world and of everything that is sold.", type=at_least(0), default=0),
    Option("now", "The moment, ISO 8601, at which the new world begins."),
    Option("shops", "How many shops there are.", type=at_least(1)),
    Option("cashiers", "How many cashiers there are in all shops together, at the peak.", type=at_least(1)),
    Option("receipts", "How many receipts the shops have from before the run.", type=at_least(0)),
    Option("days", "How many days back those go.", type=at_least(1)),
    Option(
        "sales",
        "End after so many sales; in outage_and_drain, how many are made while it is down.",
        type=at_least(1),
    ),
    Option(
        "pace",
        "Real seconds from one customer of a cashier to the next, on average; 0 is no pause.",
        type=number,
    ),
    Option("peak_factor", "How many times the usual number of customers come at a peak.", type=above_zero),
    Option("compression", "Simulated seconds in a real one.", type=above_zero),
    Option("date", "Which day is replayed: YYYY-MM-DD."),
    Option(
        "resend",
        "What a cashier does about a sale whose answer was lost: look whether it is recorded before sending it again; "
        "send it again blindly; never send it again.",
        default=LOOK_UP,
        choices=(LOOK_UP, BLIND, NEVER),
    ),
    Option(
        "fault",
        "A fault for the world: the name of a profile, or a JSON object. May be given again.",
        several=True,
    ),
    Option(
        "threshold",
        "What must be kept: p95=200, record_sale.p99=500, error_share=1%%. May be given again.",
        several=True,
    ),
    Option("thresholds", "A TOML file of thresholds."),
    Option(
        "patience",
        "Real seconds that are left at the end for what is under way.",
        type=above_zero,
        default=60.0,
    ),
    Option("timeout", "Real seconds a client waits for an answer.", type=above_zero, default=30.0),
    Option(
        "journal_bytes",
        "What the new world's journal may keep; it costs the simulator time.",
        type=at_least(0),
        default=0,
    ),
    Option("out", "Folder for report.html and result.json."),
    Option("i_own_this_host", "Load goes to a public host, which is yours.", type=None),
)
