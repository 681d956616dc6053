"""What the server says of itself: the banner, the JSON line, the shell exports."""

import json
import os
import shlex
from collections.abc import Iterator

from simulator import __version__
from simulator.accounts import Account
from simulator.environment import environment
from simulator.ledger.model import License
from simulator.wording import some_of
from simulator.world import World


def http_url(host: str, port: int) -> str:
    """Where a client on this machine finds the server; an address that means all of them is told as loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - told, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def banner(world: World, url: str, control_token: str | None = None) -> str:
    """Where it is, what is in it, and one curl line an API that works as printed."""
    licenses = _licenses(world)
    lines = [
        f"track-trace-simulator {__version__}: recipe {world.recipe}, seed {world.seed}",
        f"  {url}",
        f"  licenses  {some_of(license_.number for license_ in licenses)}",
        *(f"  {name:9} {text}" for name, text in _credential_lines(world.accounts.demo)),
        *([f"  control   X-Simulator-Token: {control_token}"] if control_token else []),
        "",
        *_curls(world.accounts.demo, licenses, url),
        "",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)


def ready_line(world: World, url: str, control_token: str | None = None) -> str:
    """The same as exactly one line of JSON, for programs."""
    account = world.accounts.demo
    return json.dumps(
        {
            "url": url,
            "pid": os.getpid(),
            "version": __version__,
            "recipe": world.recipe,
            "seed": world.seed,
            "licenses": [license_.number for license_ in _licenses(world)],
            "t3": {
                "hostname": account.hostname,
                "username": account.username,
                "password": account.password,
                "secret_key": account.secret_key,
                "api_key": account.t3_api_key,
            },
            "control_token": control_token,
            "trace": {"x_api_key": account.trace_api_key, "authorization": account.trace_authorization},
        }
    )


def exports(account: Account, url: str) -> str:
    """Shell exports of the server's address and the demo credentials, under the names the vendors' clients read."""
    return "\n".join(
        f"export {name}={shlex.quote(value)}" for name, value in environment(account, url).items()
    )


def _licenses(world: World) -> list[License]:
    """The demo account's, as the recipe orders them."""
    books = world.ledger.books.values()
    return [book.license for book in books if book.license.number in world.accounts.demo.licenses]


def _credential_lines(account: Account) -> Iterator[tuple[str, str]]:
    if account.hostname:
        yield "T3", f"hostname {account.hostname}, username {account.username}, password {account.password}"
    if account.secret_key:
        yield "", f"secret key {account.secret_key}"
    if account.trace_api_key:
        yield "Trace", f"x-api-key: {account.trace_api_key}"
        yield "", f"Authorization: {account.trace_authorization}"


def _curls(account: Account, licenses: list[License], url: str) -> Iterator[str]:
    shops = [license_ for license_ in licenses if license_.retail and license_.active]
    t3_shop = next((shop for shop in shops if shop.state.host == account.hostname), None)
    if t3_shop and account.secret_key:
        yield _curl(
            f"{url}/v2/sales/active?licenseNumber={t3_shop.number}&pageSize=2",
            f"X-T3-API-Key: {account.secret_key}",
        )
    if shops and account.trace_api_key:
        yield _curl(
            f"{url}/{shops[0].state_code}/v1/sales?license_number={shops[0].number}&limit=2",
            f"x-api-key: {account.trace_api_key}",
            f"Authorization: {account.trace_authorization}",
        )


def _curl(url: str, *headers: str) -> str:
    return " ".join(["curl", *(f"-H {shlex.quote(header)}" for header in headers), shlex.quote(url)])
