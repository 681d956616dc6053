"""The command line: one module a command."""

import sys

import click

from simulator import __version__
from simulator.cli.account import account
from simulator.cli.audit import audit, receipts
from simulator.cli.clock import clock
from simulator.cli.common import USAGE_ERROR, fail
from simulator.cli.env import env
from simulator.cli.fault import fault
from simulator.cli.finalize import finalize
from simulator.cli.generate import generate
from simulator.cli.headroom import headroom
from simulator.cli.import_ import import_
from simulator.cli.journal import journal
from simulator.cli.loadtest import loadtest
from simulator.cli.oracle import oracle
from simulator.cli.sale import sale
from simulator.cli.save import save
from simulator.cli.serve import serve
from simulator.cli.snapshot import snapshot
from simulator.cli.world import world

INTERRUPTED = 130
"""Exit code of an interrupt before the server is ready, as shells have it."""


def main() -> None:
    """Entry point of the console script."""
    try:
        sys.exit(cli.main(prog_name="simulator", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(USAGE_ERROR)
    except click.ClickException as error:
        fail(error.format_message())
    except click.Abort:
        sys.exit(INTERRUPTED)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="simulator", message="%(prog)s %(version)s")
def cli() -> None:
    """A stateful fake of T3 sales receipts and Green Check Trace sales, over one ledger."""


OFFLINE = (serve, env, generate, import_, loadtest)
OF_A_SERVER = (
    world,
    clock,
    fault,
    journal,
    oracle,
    audit,
    receipts,
    snapshot,
    account,
    sale,
    finalize,
    save,
    headroom,
)
"""Verbs that ask a running server."""

for each in (*OFFLINE, *OF_A_SERVER):
    cli.add_command(each)
