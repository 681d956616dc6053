"""`simulator account`."""

from typing import Any

import click

from simulator.cli.remote import Remote, remote
from simulator.cli.tables import facts
from simulator.cli.world import accounts_table

TIERS = ("manual", "basic", "team", "enterprise", "unlimited")
NONE = "none"


@click.group()
def account() -> None:
    """List and issue users and their keys."""


@account.command("list")
@remote
def list_(at: Remote) -> None:
    """List who may ask, with their keys; with --json all of them."""
    told = at.world.control.get("/accounts")
    at.tell(told, lambda: accounts_table(told["accounts"]))


@account.command()
@click.argument("username")
@click.option("--name", help="What they are called. [default: the user name]")
@click.option("--license", "licenses", multiple=True, help="What they may see, once or more. [default: all]")
@click.option("--hostname", help="Their Metrc host. [default: that of their first license]")
@click.option("--password", help="Their password. [default: simulated]")
@click.option("--tier", type=click.Choice((*TIERS, NONE)), help="Their T3+ subscription. [default: team]")
@remote
def issue(at: Remote, username: str, tier: str | None, licenses: tuple[str, ...], **given: Any) -> None:
    """Issue a user with keys of both APIs."""
    body = {key: value for key, value in given.items() if value is not None}
    if licenses:
        body["licenses"] = licenses
    if tier is not None:
        body["tier"] = None if tier == NONE else tier
    told = at.world.control.post("/accounts", {"username": username, **body})
    at.tell(
        told,
        lambda: facts(
            {
                "user": told["username"],
                "login": f"{told['hostname']}, password {told['password']}",
                "t3+": told["tier"],
                "X-T3-API-Key": told["secret_key"],
                "t3 api key": told["t3_api_key"],
                "x-api-key": told["trace_api_key"],
                "Authorization": told["trace_authorization"],
                "licenses": ", ".join(told["licenses"]),
            }
        ),
    )
