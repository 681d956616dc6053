"""What must not be kept: keys, tokens, passwords. Applied before an entry is made; most requests pass untouched."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import msgspec

from simulator.journal.bodies import NOT_JSON, read_json
from simulator.journal.entry import ANSWER_KEPT, BEGINNING_KEPT, packed

REDACTED = "***"
REDACTED_VALUE = REDACTED.encode()
HEADERS = frozenset(
    {
        b"authorization",
        b"cookie",
        b"proxy-authorization",
        b"set-cookie",
        b"x-api-key",
        b"x-simulator-token",
        b"x-t3-api-key",
    }
)
PARAMETER, PARAMETER_BYTES = "secretkey", b"secretkey"
ENCODED_NAME = re.compile(rb"(?:^|&)[^=&]*%")
KEYS = frozenset({"accesstoken", "apikey", "email", "otp", "otpseed", "password", "secretkey"})
"""Of requests and answers under AUTH, in any case, with or without `_` and `-`."""
AUTH = "/auth"
"""Wider than T3's /v2/auth/, for the client that has the path slightly wrong sends its password all the same."""
AMID_A_CHARACTER = range(0x80, 0xC0)
# A shorter secret is only looked for behind its name: it may stand anywhere by chance.
TELLING = 8


def kept_headers(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers as ASGI has them, packed, the secret ones without their value."""
    return packed([pair if pair[0].lower() not in HEADERS else (pair[0], REDACTED_VALUE) for pair in headers])


def kept(path: str, query: bytes, body: bytes, answer: bytes) -> tuple[str, bytes, bytes]:
    """A query, a body and an answer as they are kept. Most have no secrets, and need not be looked at three times."""
    if _may_have_secrets(query) or AUTH in path.casefold():
        return kept_query(query), kept_body(path, body), kept_answer(path, query, answer)
    return query.decode("utf-8", "replace"), body, _cut(answer)


def kept_query(query: bytes) -> str:
    """A query string as it was sent, but for the value of `secretKey`."""
    text = query.decode("utf-8", "replace")
    if not _may_have_secrets(query):
        return text
    return "&".join(
        f"{name}={REDACTED}" if _is_secret(name) else pair
        for pair, (name, _) in ((pair, _split(pair)) for pair in text.split("&"))
    )


def kept_body(path: str, body: bytes) -> bytes:
    """A request's body, whole."""
    return body if AUTH not in path.casefold() else _redacted_json(body)


def kept_answer(path: str, query: bytes, answer: bytes) -> bytes:
    """As much of an answer as is kept. An answer may repeat the address it was asked at, with the secret in it."""
    if AUTH in path.casefold():
        answer = _redacted_json(answer)
    if _may_have_secrets(query):
        for pair in query.decode("utf-8", "replace").split("&"):
            name, value = _split(pair)
            if value and _is_secret(name):
                answer = _without(answer, name, value)
    return _cut(answer)


def _cut(answer: bytes) -> bytes:
    """All of it, or of a long one the beginning, up to three bytes less where it would end amid a character."""
    if len(answer) <= ANSWER_KEPT:
        return answer
    end = BEGINNING_KEPT
    while end > BEGINNING_KEPT - 3 and answer[end] in AMID_A_CHARACTER:
        end -= 1
    return answer[:end]


def _may_have_secrets(query: bytes) -> bool:
    """Cheap, and true too often: any letter of a name may be percent-encoded."""
    if not query:
        return False
    return PARAMETER_BYTES in query.lower() or (b"%" in query and ENCODED_NAME.search(query) is not None)


def _split(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name, value


def _is_secret(name: str) -> bool:
    return (unquote_plus(name) if "%" in name else name).casefold() == PARAMETER


def _without(answer: bytes, name: str, value: str) -> bytes:
    plain = unquote_plus(value)
    for form in {value, plain, quote(plain), quote(plain, safe=""), quote_plus(plain)}:
        for key in {name, unquote_plus(name)}:
            answer = answer.replace(f"{key}={form}".encode(), f"{key}={REDACTED}".encode())
        if len(form) >= TELLING:
            answer = answer.replace(form.encode(), REDACTED_VALUE)
    return answer


def _redacted_json(body: bytes) -> bytes:
    """JSON without the values of secret keys; what is no JSON is not kept, as nobody can tell what is in it."""
    if not body:
        return body
    value = read_json(body)
    if value is NOT_JSON:
        return REDACTED_VALUE
    try:
        # Written anew whatever is in it: of a key that is given twice the value read is only one.
        return msgspec.json.encode(_redacted(value))
    except (RecursionError, OverflowError):
        return REDACTED_VALUE


def _redacted(value: Any) -> Any:
    if isinstance(value, list):
        return [_redacted(each) for each in value]
    if isinstance(value, dict):
        return {
            key: REDACTED
            if each is not None and key.casefold().replace("_", "").replace("-", "") in KEYS
            else _redacted(each)
            for key, each in value.items()
        }
    return value
