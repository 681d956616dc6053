"""The peers: what one would take instead, each at its best, on the same core; `make bench-peers` installs them.

json-server has the same rows and a file it writes at every POST. WireMock and Prism answer constants, so they have
nothing to look up, check or keep. moto's DynamoDB puts and gets an item, without rules.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from _load import load
from _operations import FILTERED, PAGE_ROWS, POOL, pages
from _process import Served, free_port, started
from _sales import sales
from _store import Store, chosen, request

FOLDER = Path(__file__).parents[2] / ".venv" / "peers"
CONSTANT = ("t3_page", "trace_lookup", "trace_post")
"""Operations that a constant stands for; the others would be the same constants again."""
ITEMS = 1000
MOTO = (
    "import logging, sys; logging.getLogger('werkzeug').setLevel(logging.ERROR); "
    "from moto.server import main; main(sys.argv[1:])"
)
"""Its server without a line in the log for each request."""
AMZ = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=mock/20260520/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=mock",
    "Content-Type": "application/x-amz-json-1.0",
}


@dataclass(frozen=True)
class Peer:
    """A peer that runs, its requests by operation, and what it is to do after each round."""

    name: str
    server: Served
    requests: Mapping[str, list[bytes]]
    after: Callable[[], None] = field(default=lambda: None)


def command(name: str, folder: Path, port: int, work: Path) -> list[str] | None:
    """What starts it, None when it is not installed. `work` holds what it serves."""
    modules = folder / "node_modules"
    node, java = shutil.which("node"), shutil.which("java")
    jar = next(modules.glob("wiremock/build/*.jar"), None)
    json_server, prism = (
        modules / "json-server/lib/cli/bin.js",
        modules / "@stoplight/prism-cli/dist/index.js",
    )
    python = folder / "moto" / "bin" / "python"
    at = str(port)
    if name.startswith("json-server") and node and json_server.exists():
        return [node, str(json_server), "--host", "127.0.0.1", "--port", at, "--quiet", str(work / "db.json")]
    if name.startswith("wiremock") and java and jar:
        flags = ["--use-chunked-encoding", "never", "--disable-gzip", "--disable-banner"]
        journal = ["--no-request-journal"] if name.endswith("no journal") else []
        at_home = ["--bind-address", "127.0.0.1", "--port", at, "--root-dir", str(work)]
        return [java, "-jar", str(jar), *at_home, *flags, *journal]
    if name == "prism" and node and prism.exists():
        quiet = ["--verboseLevel", "silent", "--multiprocess", "false"]
        return [node, str(prism), "mock", "-h", "127.0.0.1", "-p", at, *quiet, str(work / "openapi.json")]
    if name == "moto" and python.exists():
        return [str(python), "-c", MOTO, "-H", "127.0.0.1", "-p", at]
    return None


NAMES = ("json-server", "wiremock", "wiremock, no journal", "prism", "moto")
FIRST_PATH = {"json-server": "/receipts/1", "prism": "/trace_lookup", "moto": "/moto-api/"}
"""What it answers once it is ready, where that is not a stub's path."""


@contextmanager
def peer(
    name: str, folder: Path, work: Path, core: int | None, requests: Mapping[str, list[bytes]]
) -> Iterator[Peer]:
    """Started, warm with nothing. Raises LookupError when it is not installed."""
    port = free_port()
    starts = command(name, folder, port, work)
    if starts is None:
        raise LookupError(f"{name} is not installed, so it is left out; `make bench-peers` installs it")
    path = FIRST_PATH.get(name.partition(",")[0], "/trace_lookup")
    with started(starts, port, path, core=core) as server:
        forgets = name == "wiremock"
        after = (lambda: _forget(server)) if forgets else (lambda: None)
        if name == "moto":
            _fill_moto(server, requests["trace_post"])
        yield Peer(name, server, requests, after)


def _forget(wiremock: Served) -> None:
    """Its journal has no bound by default."""
    wiremock.ask("DELETE", "/__admin/requests")


# --- what each is asked, and what it serves ---------------------------------------------------------------------------


def of_json_server(store: Store, rows: int, work: Path) -> dict[str, list[bytes]]:
    receipts = [{**row, "id": number} for number, row in enumerate(store.t3_rows(rows), 1)][:rows]
    (work / "db.json").write_text(json.dumps({"receipts": receipts}), encoding="utf-8")
    low = float(FILTERED["filter"].rpartition(":")[2])  # type: ignore[attr-defined]  # a text
    total = sum(row["totalPrice"] >= low for row in receipts)
    paged = f"/receipts?_limit={PAGE_ROWS}"
    query = f"&totalPrice_gte={low:g}&_sort=totalPrice&_order=desc"
    posted = sales(store)
    return {
        "t3_page": [request("GET", f"{paged}&_page={page}", {}) for page in pages(len(receipts))],
        "t3_query": [request("GET", f"{paged}&_page={page}{query}", {}) for page in pages(total)],
        "trace_lookup": [
            request("GET", f"/receipts/{each}", {}) for each in chosen(range(1, len(receipts) + 1), POOL)
        ],
        "trace_post": [request("POST", "/receipts", {}, next(posted)) for _ in range(ITEMS)],
    }


def of_constants(
    answers: Mapping[str, bytes], floor: Mapping[str, list[bytes]], work: Path
) -> dict[str, list[bytes]]:
    """The floor's requests; WireMock's mappings and Prism's document with the floor's answers."""
    stubs, paths = [], {}
    for key in CONSTANT:
        method = "POST" if key == "trace_post" else "GET"
        text = answers[key].decode()
        told = {"status": 200, "body": text, "headers": {"Content-Type": "application/json"}}
        stubs.append({"request": {"method": method, "urlPath": f"/{key}"}, "response": told})
        paths[f"/{key}"] = {method.lower(): _operation(method, json.loads(text))}
    (work / "mappings").mkdir()
    (work / "mappings" / "stubs.json").write_text(json.dumps({"mappings": stubs}), encoding="utf-8")
    document = {"openapi": "3.0.3", "info": {"title": "constants", "version": "1"}, "paths": paths}
    (work / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    return {key: floor[key] for key in CONSTANT}


def _operation(method: str, example: Any) -> dict[str, Any]:
    answer = {"description": "constant", "content": {"application/json": {"example": example}}}
    if method == "GET":
        return {"responses": {"200": answer}}
    body = {"type": "object", "required": ["sales"], "properties": {"sales": {"type": "array"}}}
    return {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"200": answer},
    }


def of_moto(store: Store) -> dict[str, list[bytes]]:
    posted = sales(store)

    def item(number: int) -> dict[str, Any]:
        return {"id": {"N": str(number)}, "sale": {"S": json.dumps(next(posted))}}

    return {
        "trace_post": [_dynamo("PutItem", {"TableName": "sales", "Item": item(n)}) for n in range(ITEMS)],
        "trace_lookup": [
            _dynamo("GetItem", {"TableName": "sales", "Key": {"id": {"N": str(number)}}})
            for number in range(ITEMS)
        ],
    }


def _dynamo(action: str, body: dict[str, Any]) -> bytes:
    sent = json.dumps(body).encode()
    headers = {**AMZ, "X-Amz-Target": f"DynamoDB_20120810.{action}", "Content-Length": str(len(sent))}
    return request("POST", "/", headers) + sent


def _fill_moto(server: Served, puts: list[bytes]) -> None:
    key = {"AttributeName": "id"}
    made = {
        "TableName": "sales",
        "AttributeDefinitions": [{**key, "AttributeType": "N"}],
        "KeySchema": [{**key, "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    load(server.port, iter([_dynamo("CreateTable", made), *puts]), connections=1)
