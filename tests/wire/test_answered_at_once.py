"""What the simulator answers at once, what it takes its time for, and that its answers are the same."""

import json

from support.builders import BORN_1982, SHOP, a_line, recorded
from wire.raw import in_one_piece, in_two_pieces, undated

from simulator.app import App, create_app
from simulator.ledger.model import Identification
from simulator.query.kept import DEAR
from simulator.server import ThreadServer
from simulator.wire.answer import Answer
from simulator.world import World


def test_the_simulator_says_and_keeps_the_same_either_way(world: World) -> None:
    """What is refused too, and what no route takes."""
    asked = [
        ("GET", "/v2/states", b""),
        ("GET", "/v2/nowhere?a=1", b""),
        ("DELETE", "/v2/states", b""),
        ("GET", "/v2/sales/active?licenseNumber=X", b""),
        ("POST", "/ca/v1/sales", b"{}"),
        ("POST", "/v2/auth/credentials", b'{"password": 1}'),
    ]
    with ThreadServer(create_app(world)) as server:
        for method, path, body in asked:
            length = f"Content-Length: {len(body)}\r\n" if body else ""
            sent = f"{method} {path} HTTP/1.1\r\nHost: a.test\r\n{length}\r\n".encode() + body
            told = [undated(ask(server.url, sent)) for ask in (in_one_piece, in_two_pieces)]
            assert told[0] == told[1]
    kept = [
        (each.method, each.path, each.query, each.headers, each.body, each.status, each.answer, each.hint)
        for each in world.journal.entries
    ]
    assert len(kept) == 2 * len(asked)
    assert kept[0::2] == kept[1::2]


def test_what_may_take_a_while_is_not_done_at_once(world: World) -> None:
    """A first search, a report and the control plane; once it is found, a page comes at once."""
    app = create_app(world)
    account = world.accounts.demo
    number = min(account.licenses)
    key = account.secret_key
    assert key is not None
    paths = {
        f"/v2/sales/active?licenseNumber={number}&sort=totalPrice:desc": (False, True),
        f"/v2/sales/active?licenseNumber={number}": (True, True),
        f"/v2/sales/active/report?licenseNumber={number}&fieldnames=id": (False, False),
        "/_simulator/health": (False, False),
        "/worlds/main/v2/states": (True, True),
        "/worlds/none/v2/states": (False, False),
    }
    with ThreadServer(app) as server:
        for path, expected in paths.items():
            told = []
            for _ in expected:
                sent = f"GET {path} HTTP/1.1\r\nHost: a.test\r\nX-T3-API-Key: {key}\r\n\r\n".encode()
                told.append(_at_once(app, path, key) is not None)
                assert in_one_piece(server.url, sent).status in {200, 404}
            assert tuple(told) == expected, path


def _at_once(app: App, target: str, key: str) -> Answer | None:
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"x-t3-api-key", key.encode())],
        "root_path": "",
    }
    outcome = app.at_once(scope, b"")
    return None if outcome is None else outcome.answer


def test_a_page_after_a_few_writes_comes_at_once(till: World) -> None:
    app = create_app(till)
    key = till.accounts.demo.secret_key
    assert key is not None
    path = f"/v2/sales/active?licenseNumber={SHOP}&sort=totalPrice:desc"
    for number in range(2 * DEAR):
        recorded(till, a_line(), identifications=(_someone(number),))
    with ThreadServer(app) as server:
        asked = f"GET {path} HTTP/1.1\r\nHost: a.test\r\nX-T3-API-Key: {key}\r\n\r\n"
        assert in_one_piece(server.url, asked.encode()).status == 200
    for number in (1, 2, 3):
        recorded(till, a_line(), identifications=(_someone(-number),))
        answer = _at_once(app, path, key)
        assert answer is not None
        assert json.loads(answer.body)["total"] == 2 * DEAR + number


def _someone(number: int) -> Identification:
    return Identification("CAKOMIT0001", f"CADL{number}", BORN_1982)
