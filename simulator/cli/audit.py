"""`simulator audit` and `simulator receipts`."""

import os
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import click

from simulator.cli.remote import Remote, remote
from simulator.cli.tables import counted, printable, table

NOT_BALANCED = 1
"""Exit code when the ledger does not balance."""
MOST_REPEATED = 10
"""Repeated external ids that people are told."""

of_license = click.option("--license-number", metavar="LICENSE", help="Only this license.")


@click.command()
@of_license
@click.option(
    "--external-id-prefix",
    metavar="PREFIX",
    help="Count only receipts whose external_id begins so; all are checked.",
)
@remote
def audit(at: Remote, license_number: str | None, external_id_prefix: str | None) -> None:
    """Tell whether the ledger balances.

    Lot by lot and receipt by receipt, whatever the journal still knows. Exit code 1 when it does not.
    """
    from simulator.client.audit import PATIENCE

    told = at.world.control.get(
        "/audit", patience=PATIENCE, license_number=license_number, external_id_prefix=external_id_prefix
    )
    at.tell(told, lambda: _report(told))
    if not told["balanced"]:
        sys.exit(NOT_BALANCED)


@click.command()
@of_license
@click.option("--external-id-prefix", metavar="PREFIX", help="Only receipts whose external_id begins so.")
@click.option("--since-id", type=int, metavar="ID", help="Only receipts with a higher T3 id.")
@remote
def receipts(
    at: Remote, license_number: str | None, external_id_prefix: str | None, since_id: int | None
) -> None:
    """Print what the ledger has, one JSON object a receipt and line."""
    try:
        at.world.control.download(
            "/receipts",
            sys.stdout.buffer,
            license_number=license_number,
            external_id_prefix=external_id_prefix,
            since_id=since_id,
        )
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read it has enough. Python's own flush at exit would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(told: Mapping[str, Any]) -> str:
    heads = (
        "license",
        "receipts",
        "standing",
        "net",
        "total",
        "lots",
        "received",
        "on hand",
        "sold",
        "refunded",
    )
    lines = [table(heads, map(_license, told["licenses"]), "No lots and no receipts."), ""]
    if told["hidden"]:
        lines.append(f"{counted(told['hidden'], 'receipt')} recorded and not shown to readers yet.")
    lines += map(_repeated, told["repeated"][:MOST_REPEATED])
    more = len(told["repeated"][MOST_REPEATED:]) + told["more_repeated"]
    if more:
        lines.append(f"So do receipts under {counted(more, 'more external_id')}.")
    if told["balanced"]:
        return "\n".join([*lines, "The ledger balances."])
    lines += ["The ledger does not balance.", *told["problems"]]
    return "\n".join([*lines, f"and {told['more_problems']:,} more"] if told["more_problems"] else lines)


def _license(told: Mapping[str, Any]) -> tuple[object, ...]:
    receipts = sum(told["receipts"].values())
    return (
        told["license_number"],
        receipts,
        receipts - told["receipts"]["voided"],
        *(Decimal(told[name]) for name in ("net", "total")),
        told["lots"],
        *(Decimal(told[name]) for name in ("received", "on_hand", "sold", "refunded")),
    )


def _repeated(told: Mapping[str, Any]) -> str:
    numbers = ", ".join(told["receipts"][:MOST_REPEATED])
    more = " and more" if len(told["receipts"]) > MOST_REPEATED else ""
    return (
        f"{told['standing']:,} receipts stand under the external_id {printable(told['external_id'])} "
        f"of {told['license_number']}: {numbers}{more}."
    )
