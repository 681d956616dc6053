"""What can be set about a scenario, beside Locust's own options: each a flag and a variable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from simulator.loadtest.refusals import RunRefused
from simulator.wording import echo

PREFIX = "LOADTEST_"
A_DAY = 86_400.0
LOOK_UP, BLIND, NEVER = "look-up", "blind", "never"


@dataclass(frozen=True, slots=True)
class Option:
    """`type` None is a switch; `several` may be given more than once. `default` None leaves it to the scenario.
    `of_some` means something to some scenarios only.

    What the server checks of a new world has no `least` and `most` here.
    """

    name: str
    help: str
    type: type | None = str
    default: Any = None
    choices: Sequence[str] | None = None
    several: bool = False
    secret: bool = False
    of_some: bool = False
    least: float | None = None
    most: float = inf

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
    Option("seed", "Seed of the world and of everything that is sold.", type=int, default=0),
    Option("now", "The moment, ISO 8601, at which the new world begins."),
    Option("shops", "How many shops there are.", type=int),
    Option(
        "cashiers",
        "How many cashiers there are in all shops together, at the peak.",
        type=int,
        least=0,
        of_some=True,
    ),
    Option("receipts", "How many receipts the shops have from before the run.", type=int),
    Option("days", "How many days back those go.", type=int),
    Option(
        "sales",
        "End after so many sales; in outage_and_drain, how many are made while it is down.",
        type=int,
        least=1,
        of_some=True,
    ),
    Option(
        "pace",
        "Real seconds from one customer of a cashier to the next, on average; 0 is no pause.",
        type=float,
        least=0,
        most=A_DAY,
        of_some=True,
    ),
    Option(
        "peak_factor",
        "How many times the usual number of customers come at a peak.",
        type=float,
        least=0,
        most=1000,
        of_some=True,
    ),
    Option(
        "compression", "Simulated seconds in a real one.", type=float, least=0.001, most=A_DAY, of_some=True
    ),
    Option("date", "Which day is replayed: YYYY-MM-DD.", of_some=True),
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
        type=float,
        default=60.0,
        least=0.1,
        most=A_DAY,
    ),
    Option(
        "timeout",
        "Real seconds a client waits for an answer.",
        type=float,
        default=30.0,
        least=0.001,
        most=A_DAY,
    ),
    Option(
        "journal_bytes",
        "What the new world's journal may keep; it costs the simulator time.",
        type=int,
        default=0,
    ),
    Option("out", "Folder for report.html and result.json."),
    Option("i_own_this_host", "Load goes to a public host, which is yours.", type=None),
)


class OptionRefused(RunRefused):
    """An option that cannot be so."""


def read(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, every option of its own type: a web page sends texts, and an empty one where nothing is said.

    Raises OptionRefused for one that is out of its range.
    """
    told = dict(said)
    for option in OPTIONS:
        value = told.get(option.name)
        if option.several and value is not None:
            value = [each for each in ([value] if isinstance(value, str) else value) if each.strip()]
        elif isinstance(value, str) and not value.strip():
            value = option.default
        elif isinstance(value, str) and option.type is not None:
            try:
                value = option.type(value)
            except ValueError:
                raise OptionRefused(f"{option.flag} must be a number, not {echo(value)}") from None
        told[option.name] = value
        if value is None or option.least is None:
            continue
        if not option.least <= value <= option.most:
            above = "" if option.most == inf else f" and at most {option.most:g}"
            raise OptionRefused(f"{option.flag} must be at least {option.least:g}{above}, not {value}")
    return told
