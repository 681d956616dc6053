"""No key, token or password gets into the journal; all else does, as it was sent."""

import json
from urllib.parse import quote

import pytest

from simulator.journal.entry import ANSWER_KEPT, BEGINNING_KEPT, unpacked
from simulator.journal.redaction import kept_answer, kept_body, kept_headers, kept_query

LOGIN, SALES = "/v2/auth/credentials", "/ca/v1/sales"
SECRET = "7f1c0a3e-5b1d-4c2f-9d55-a1b2c3d4e5f6"


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "x-api-key",
        "x-t3-api-key",
        "x-simulator-token",
        "cookie",
        "set-cookie",
        "proxy-authorization",
        "Authorization",
        "X-T3-API-Key",
    ],
)
def test_a_secret_header_is_kept_without_its_value(name: str) -> None:
    assert unpacked(kept_headers([(b"accept", b"*/*"), (name.encode(), b"Bearer abc")])) == (
        ("accept", "*/*"),
        (name, "***"),
    )


def test_a_header_is_kept_as_it_was_sent() -> None:
    sent = [(b"user-agent", "Kasse 1 é".encode("latin-1"))]
    assert unpacked(kept_headers(sent)) == (("user-agent", "Kasse 1 é"),)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("", ""),
        ("licenseNumber=LIC-1&page=2", "licenseNumber=LIC-1&page=2"),
        ("filter=a__eq%3Ab&filter=c", "filter=a__eq%3Ab&filter=c"),
        ("secretKey=abc", "secretKey=***"),
        ("page=1&secretKey=abc&page=2", "page=1&secretKey=***&page=2"),
        ("secretKey=abc&secretKey=def", "secretKey=***&secretKey=***"),
        ("secretkey=abc", "secretkey=***"),
        ("secret%4Bey=abc", "secret%4Bey=***"),
        ("secretKey=", "secretKey=***"),
        ("secretKey", "secretKey=***"),
        ("secretKey=a=b%26c", "secretKey=***"),
        ("mysecretKey=abc", "mysecretKey=abc"),
    ],
)
def test_a_query_is_kept_without_the_secret_key(sent: str, kept: str) -> None:
    assert kept_query(sent.encode()) == kept


def test_a_query_that_is_no_text_is_kept_as_far_as_it_is() -> None:
    assert kept_query(b"page=\xff") == "page=\ufffd"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            {"hostname": "ca.metrc.com", "username": "demo", "password": "demo", "otp": "123456", "email": "a@b"},
            {"hostname": "ca.metrc.com", "username": "demo", "password": "***", "otp": "***", "email": "***"},
        ),
        ({"apiKey": "abc", "stateCode": "CA"}, {"apiKey": "***", "stateCode": "CA"}),
        ({"otpSeed": "abc"}, {"otpSeed": "***"}),
        ({"otp": None}, {"otp": None}),
        ({"api_key": "abc", "PASSWORD": "d", "Api-Key": 1}, {"api_key": "***", "PASSWORD": "***", "Api-Key": "***"}),
        ({"data": [{"password": {"a": 1}}]}, {"data": [{"password": "***"}]}),
        ("demo", "demo"),
    ],
    ids=str,
)  # fmt: skip
def test_a_login_is_kept_without_its_secrets(sent: object, kept: object) -> None:
    assert json.loads(kept_body(LOGIN, json.dumps(sent).encode())) == kept


def test_of_a_key_given_twice_neither_value_is_kept() -> None:
    assert kept_body(LOGIN, b'{"password": "first", "password": "***"}') == b'{"password":"***"}'


@pytest.mark.parametrize(
    "body",
    [
        b'{"password": "demo"',
        b"username=demo&password=demo",
        b"\xff\xfe",
        '{"password": "demo"}'.encode("utf-16"),
        b"[" * 5000,
        b'{"a":' * 300 + b'{"password":"demo"}' + b"}" * 300,
        b'{"password": NaN}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_of_a_login_that_cannot_be_read_nothing_is_kept(body: bytes) -> None:
    assert kept_body(LOGIN, body) == b"***"


@pytest.mark.parametrize(
    "path", ["/auth/credentials", "/V2/Auth/credentials", "/v2/auth", "/api/v2/auth/apikey/"]
)
def test_a_login_at_a_path_that_is_slightly_wrong_is_kept_without_its_secrets_too(path: str) -> None:
    assert kept_body(path, b'{"password":"demo"}') == b'{"password":"***"}'


def test_a_body_elsewhere_is_kept_to_the_byte() -> None:
    body = b'{ "password": "demo" , \xff'
    assert kept_body(SALES, body) is body
    assert kept_body(LOGIN, b"") == b""


@pytest.mark.parametrize("key", ["accessToken", "secretKey"])
def test_the_answer_to_a_login_is_kept_without_what_it_gives(key: str) -> None:
    assert kept_answer(LOGIN, b"", json.dumps({key: SECRET}).encode()) == f'{{"{key}":"***"}}'.encode()


def test_of_an_answer_to_a_login_that_was_broken_off_nothing_is_kept() -> None:
    assert kept_answer(LOGIN, b"", b'{"accessToken": "eyJhbGciOi') == b"***"


@pytest.mark.parametrize("value", [SECRET, "short", "with space/and&more=é", "a+b c%"])
@pytest.mark.parametrize("name", ["secretKey", "secret%4Bey"])
def test_an_answer_that_repeats_its_address_is_kept_without_the_secret_in_it(name: str, value: str) -> None:
    query = f"page=1&{name}={quote(value)}"
    for shown in (query, f"page=1&secretKey={value}", f"secretKey={quote(value, safe='')}"):
        answer = f'{{"error":{{"url":"http://127.0.0.1:8420/v2/sales/active?{shown}"}}}}'.encode()
        kept = kept_answer("/v2/sales/active", query.encode(), answer).decode()
        assert value not in kept
        assert quote(value) not in kept
        assert quote(value, safe="") not in kept
        assert "=***" in kept
        assert ("page=1" in kept) == ("page=1" in shown)


def test_a_short_secret_takes_nothing_else_out_of_an_answer() -> None:
    answer = b'{"page":1,"url":"/v2/sales/active?secretKey=1"}'
    assert kept_answer("/v2/sales/active", b"secretKey=1", answer) == (
        b'{"page":1,"url":"/v2/sales/active?secretKey=***"}'
    )
    assert kept_answer("/v2/sales/active", b"secretKey=", answer) == answer


@pytest.mark.parametrize(("secret", "kept"), [("1234567", "1234567"), ("12345678", "***")])
def test_a_secret_that_nothing_else_is_by_chance_is_taken_out_wherever_it_stands(
    secret: str, kept: str
) -> None:
    answer = f'{{"message":"{secret} is not known"}}'.encode()
    assert kept_answer("/v2/sales/active", f"secretKey={secret}".encode(), answer) == (
        f'{{"message":"{kept} is not known"}}'.encode()
    )


def test_a_secret_at_the_end_of_what_is_kept_is_not_kept_in_part() -> None:
    secret = f"secretKey={SECRET}".encode()
    answer = b"x" * (BEGINNING_KEPT - 20) + secret + b"x" * ANSWER_KEPT
    assert SECRET[:6].encode() not in kept_answer("/v2/sales/active", f"secretKey={SECRET}".encode(), answer)


def test_of_a_long_answer_the_beginning_is_kept() -> None:
    answer = bytes(range(65, 91)) * 1000
    assert kept_answer(SALES, b"", answer) == answer[:BEGINNING_KEPT]
    assert kept_answer(SALES, b"", answer[: ANSWER_KEPT + 1]) == answer[:BEGINNING_KEPT]
    assert kept_answer(SALES, b"", answer[:ANSWER_KEPT]) == answer[:ANSWER_KEPT]


@pytest.mark.parametrize("character", ["é", "€", "🌿"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_an_answer_is_not_cut_amid_a_character(character: str, shift: int) -> None:
    kept = kept_answer(SALES, b"", ("x" * shift + character * ANSWER_KEPT).encode())
    assert BEGINNING_KEPT - 4 < len(kept) <= BEGINNING_KEPT
    assert kept.decode().strip("x") == character * (len(kept.decode()) - shift)


def test_an_answer_of_no_characters_is_cut_all_the_same() -> None:
    assert len(kept_answer(SALES, b"", b"\x80" * 2 * ANSWER_KEPT)) == BEGINNING_KEPT - 3
