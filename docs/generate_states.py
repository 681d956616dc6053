"""Writes docs/states.md from the states' modules: `python docs/generate_states.py`; with --check only compares."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from simulator.ledger.customers import ADULT, EVERYONE, MEDICAL, PATIENTS, VISITORS, CustomerType, Residency
from simulator.ledger.limits import Limit
from simulator.ledger.products import ProductClass
from simulator.ledger.states import STATES
from simulator.ledger.states.sources import SOURCES
from simulator.ledger.states.state import Deadline, Hours, LicenseShape, Market, State, StateTax

PAGE = Path(__file__).with_name("states.md")

WHO: dict[frozenset[CustomerType], str] = {
    ADULT: "adult",
    PATIENTS: "patient, caregiver",
    VISITORS: "visiting patient",
    MEDICAL: "all patients",
    EVERYONE: "everyone",
}

INTRODUCTION = """\
# The states' rules

<!-- Written by docs/generate_states.py from simulator/ledger/states. Change a state there, then run that script. -->

This is what the simulator holds a sale against, and what its recipes grow sales by: 24 states that Trace knows, and
Missouri, which only T3 knows. It was read from public documents in November 2026.

**This is not legal advice.** Laws move, many of the texts are not the law itself, and some of them are years old. If a
figure is wrong, tell us with the text that says so; it is one line of one file.

## How to read it

| Grade | What a figure rests on |
|---|---|
| A | a statute, a regulation, or the regulator's own text |
| B | a page of a vendor of tills or of compliance |
| C | news, a shop's page, a blog |
| D | no source found: general knowledge or our own choice. Where a source is named beside *ours*, it confirms a part |

Where several sources carry a row, the grade is that of the weakest; the note says where one figure of a row is weaker still.

**Who.** *All patients* are patients, caregivers and visiting (external) patients. A caregiver has the patient's limits. A
visiting patient has them too, unless a row of their own is there. Only a row that says *resident* or *non-resident* looks
at `out_of_state_sale`.

**Limits come in four kinds.** All are made of rows.

| Kind | How it looks here |
|---|---|
| separate caps | several rows, each over other products: all may be full at once |
| a pool | one row; each product is followed by how much of it alone would fill the limit, and the shares add up |
| a cap within a pool | one more row over some of the pool's products |
| exclusive caps | rows marked *exclusive*: below their maxima they are independent; once one is full, nothing of the others may be sold |

A maximum of nothing bars the products.

**Over what.** *Sale*: each sale alone. *Day*: the local day. *30 days*: the day of the sale and the 29 before it.
*Calendar month*: since its first. Voided sales and refunded units are given back. The customer is known again by the
identification that belongs to the customer type, at the same license; a sale without one is judged alone.

**How much.** Grams count the weight, mg THC the label's THC, units the pieces. An ounce is 28.35 g unless the state's own
text has it otherwise, a fluid ounce 29.5735 g. A product that states neither weight nor THC draws nothing on limits by
weight or by THC.

`?purchase_limit_override=true` lets a sale of Trace through that breaks a limit. What is open and why we chose as we did is
in [fidelity.md](fidelity.md); the words are in [glossary.md](glossary.md).
"""


def page() -> str:
    """The whole document."""
    return "\n".join((INTRODUCTION, overview(), *map(section, STATES.values()), source_list()))


def overview() -> str:
    rows = (
        (
            f"[{state.name}](#{state.name.lower().replace(' ', '-')})",
            f"`{state.code}`",
            system(state),
            state.zone.key,
            "-" if state.adult is None else ages(state.adult),
            ages(state.medical),
            state.visitors,
            "; patients' ".join(each.text for each in deadlines(state)),
        )
        for state in STATES.values()
    )
    head = ("State", "Code", "System", "Zone", "Adults", "Patients", "Visiting patients", "A sale is due")
    return "## Overview\n\n" + table(head, rows)


def section(state: State) -> str:
    blocks = [
        f"## {state.name}\n",
        table(("Fact", "What", "Grade", "Sources"), facts(state)),
        table(("Who", "Limit on", "At most", "Over", "Counted", "Grade", "Sources", "Note"), limits(state)),
    ]
    if state.taxes:
        head = ("Who", "Tax", "Percent", "Trace's type", "On", "Grade", "Sources", "Note")
        blocks.append(table(head, taxes(state)))
    else:
        blocks.append("No tax is on a receipt.\n")
    if state.notes:
        blocks.append("".join(f"- {note}\n" for note in state.notes))
    return "\n".join(blocks)


def facts(state: State) -> Iterator[tuple[str, ...]]:
    yield "Code, system, zone", f"`{state.code}`, {system(state)}, {state.zone.key}", "", ""
    if state.adult is None:
        yield "Adults", "may not buy", "", ""
    else:
        yield "Adults", ages(state.adult), *evidence(state.adult)
    yield "Patients", ages(state.medical), *evidence(state.medical)
    yield "Visiting patients", f"{state.visitors}. {state.visitors_note}".strip(), "", ""
    for who, each in zip(("A sale is due", "A patient's sale is due"), deadlines(state), strict=False):
        yield who, each.text, *evidence(each)
    yield "Opening hours", opening(state.hours), *evidence(state.hours)
    shape = state.license_shape
    examples = ", ".join(f"`{example}`" for example in shape.examples)
    yield "License numbers", f"`{escaped(shape.pattern)}`, such as {examples}", *evidence(shape)


def limits(state: State) -> Iterator[tuple[str, ...]]:
    for limit in state.limits:
        yield (
            who_is_held(limit),
            limit.name,
            f"{limit.maximum} {limit.unit}" if limit.maximum else "nothing",
            str(limit.period),
            counted(limit),
            *evidence(limit),
            "; ".join(filter(None, ("exclusive" if limit.exclusive else "", limit.note))),
        )


def taxes(state: State) -> Iterator[tuple[str, ...]]:
    for tax in state.taxes:
        yield (
            WHO[tax.customers],
            tax.name,
            str(tax.rate),
            f"`{tax.type_id}`",
            (
                "everything"
                if tax.classes is None
                else classes(each for each in ProductClass if each in tax.classes)
            )
            + (", taxes before it included" if tax.compound else ""),
            *evidence(tax),
            tax.note,
        )


def source_list() -> str:
    rows = ((f"`{source.key}`", source.where, source.dated) for source in SOURCES.values())
    return "## Sources\n\n" + table(("Key", "Where", "Dated"), rows)


def system(state: State) -> str:
    return f"Metrc, `{state.host}`" if state.host else state.system


def ages(market: Market) -> str:
    age = f"from {market.minimum_age}" if market.minimum_age else "of any age"
    return f"{age}, since {market.since}" if market.since else age


def deadlines(state: State) -> list[Deadline]:
    """The one of all sales, or those of adults' and of patients' sales."""
    return [each for each in (state.deadline, state.medical_deadline) if each]


def opening(hours: Hours) -> str:
    return "at all hours" if (hours.opens, hours.closes) == (0, 24) else f"{hours.opens} to {hours.closes}"


def evidence(found: Market | Deadline | Hours | LicenseShape | Limit | StateTax) -> tuple[str, str]:
    return found.grade, ", ".join(found.sources)


def who_is_held(limit: Limit) -> str:
    who = WHO[limit.customers]
    if limit.residency is not Residency.ANY:
        who = f"{limit.residency} {who}"
    if limit.ages:
        last = limit.ages[-1]
        who += f" aged up to {last}" if limit.ages[0] == 0 else f" aged {limit.ages[0]} to {last}"
    return who


def counted(limit: Limit) -> str:
    """The products, each with what of it alone fills the limit where that differs."""
    groups = [
        (draw, classes(each for each, _ in group))
        for draw, group in groupby(limit.counts.items(), key=itemgetter(1))
    ]
    if len(groups) == 1:
        return groups[0][1]
    return "; ".join(f"{names}: {draw.fills} {draw.measure}" for draw, names in groups)


def classes(found: Iterable[ProductClass]) -> str:
    return ", ".join(each.replace("_", " ") for each in found)


def escaped(text: str) -> str:
    return text.replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ("".join(f" {cell} |" if cell else " |" for cell in line) for line in (head, *rows))
    first, *rest = (f"|{line}\n" for line in lines)
    return "".join((first, "|---" * len(head), "|\n", *rest))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 when the page is stale"
    )
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page()
    if parser.parse_args().check:
        if stale:
            sys.stderr.write("docs/states.md is stale: run python docs/generate_states.py\n")
        return int(stale)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
