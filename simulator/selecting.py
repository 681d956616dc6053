"""Which world a request without a world in its path is for: the one whose own keys it carries, else the main one."""

import base64
import binascii
import json
from urllib.parse import parse_qs

from starlette.types import Message, Receive, Scope

from simulator.accounts import MARK
from simulator.control import operations as control
from simulator.t3 import app as t3
from simulator.t3.auth import SECRET_KEY_HEADER, SECRET_KEY_PARAMETER, WORLD_CLAIM
from simulator.wire.body import MAX_BODY
from simulator.wire.request import Request
from simulator.world import World
from simulator.worlds import NoSuchWorld, Worlds

LOGINS = "/v2/auth/"


def is_under(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and path[len(prefix) :][:1] in ("", "/")


async def chosen(worlds: Worlds, scope: Scope, receive: Receive) -> tuple[World, Receive]:
    """The world, and what to read the body from, as a login has its name in the body.

    Of several credentials the one counts that the API itself would look at.
    """
    request = Request(scope, receive)
    if not is_under(scope["path"], t3.PREFIX):
        world = worlds.by_mark((request.header(b"x-api-key") or "")[:MARK])
        if world is not None or not is_under(scope["path"], control.PREFIX):
            return world or worlds.main, receive
    scheme, _, token = (request.header(b"authorization") or "").partition(" ")
    if scheme.casefold() == "bearer":
        return _named(worlds, _claimed(token)), receive
    key = request.header(SECRET_KEY_HEADER) or _parameter(scope, SECRET_KEY_PARAMETER)
    if key:
        return worlds.by_mark(key[:MARK]) or worlds.main, receive
    if request.method == "POST" and scope["path"].startswith(LOGINS):
        messages = await _read(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        return _of_login(worlds, body), _again(messages, receive)
    return worlds.main, receive


def _parameter(scope: Scope, name: str) -> str | None:
    return next(iter(parse_qs(scope["query_string"].decode("latin-1")).get(name, [])), None)


def _of_login(worlds: Worlds, body: bytes) -> World:
    try:
        login = json.loads(body)
    except (ValueError, RecursionError):
        return worlds.main
    if not isinstance(login, dict):
        return worlds.main
    key, username = login.get("apiKey"), login.get("username")
    if isinstance(key, str):
        return worlds.by_mark(key[:MARK]) or worlds.main
    if not isinstance(username, str):
        return worlds.main
    world = _named(worlds, username.rpartition(".")[2])
    # A name may end in .com without being of a world of that name.
    return world if any(each.username == username for each in world.accounts.everyone) else worlds.main


def _named(worlds: Worlds, name: object) -> World:
    """A world with keys of its own by its name."""
    try:
        world = worlds[name] if isinstance(name, str) else worlds.main
    except NoSuchWorld:
        return worlds.main
    return worlds.main if world.accounts.mark is None else world


def _claimed(token: str) -> object:
    """The world a token says it is of; the façade verifies the token."""
    payload = token.strip().split(".")[1:2]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload[0] + "=" * (-len(payload[0]) % 4)))
    except (IndexError, binascii.Error, ValueError, RecursionError):
        return None
    return claims.get(WORLD_CLAIM) if isinstance(claims, dict) else None


async def _read(receive: Receive) -> list[Message]:
    """The messages of a body, up to the largest that is served."""
    messages, size = [], 0
    while size <= MAX_BODY:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return messages


def _again(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def receive_again() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return receive_again
