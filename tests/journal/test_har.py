"""The archive is HAR 1.2 as its specification describes it, field by field."""

import json
from base64 import b64decode
from typing import Any

import jsonschema_rs
import pytest
from support.entries import COMMIT_THEN_504, a_post, a_sale, an_entry

from simulator.journal.entry import Entry, Told
from simulator.journal.har import har

BASE = "http://127.0.0.1:8420/worlds/mine"


def an_object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """Fields that are not HAR's begin with an underscore."""
    return {
        "type": "object",
        "required": list(required),
        "properties": required | optional,
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


TEXT, NUMBER, INTEGER = (
    {"type": "string"},
    {"type": "number", "minimum": 0},
    {"type": "integer", "minimum": -1},
)
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
PAIRS = {"type": "array", "items": an_object({"name": TEXT, "value": TEXT}, comment=TEXT)}
REQUEST = an_object(
    {
        "method": TEXT,
        "url": {"type": "string", "format": "uri", "pattern": "^http://[!-~]+$"},
        "httpVersion": TEXT,
        "cookies": PAIRS,
        "headers": PAIRS,
        "queryString": PAIRS,
        "headersSize": INTEGER,
        "bodySize": INTEGER,
    },
    postData=an_object({"mimeType": TEXT, "text": TEXT}, comment=TEXT),
)
RESPONSE = an_object(
    {
        "status": {"type": "integer", "minimum": 0, "maximum": 599},
        "statusText": TEXT,
        "httpVersion": TEXT,
        "cookies": PAIRS,
        "headers": PAIRS,
        "content": an_object(
            {"size": INTEGER, "mimeType": TEXT}, text=TEXT, encoding={"const": "base64"}, comment=TEXT
        ),
        "redirectURL": TEXT,
        "headersSize": INTEGER,
        "bodySize": INTEGER,
    }
)
SCHEMA = an_object(
    {
        "log": an_object(
            {
                "version": {"const": "1.2"},
                "creator": an_object({"name": TEXT, "version": TEXT}),
                "entries": {
                    "type": "array",
                    "items": an_object(
                        {
                            "startedDateTime": TIME,
                            "time": NUMBER,
                            "request": REQUEST,
                            "response": RESPONSE,
                            "cache": an_object({}),
                            "timings": an_object({"send": NUMBER, "wait": NUMBER, "receive": NUMBER}),
                        },
                        comment=TEXT,
                    ),
                },
            },
            pages={"type": "array", "maxItems": 0},
            comment=TEXT,
        )
    }
)
LOST = a_post(2, a_sale("A-1"), recorded=(7,), status=None, told=Told.NOTHING, faults=(COMMIT_THEN_504,))
ENTRIES = [
    an_entry(),
    LOST,
    an_entry(3, status=200, told=Told.BROKEN, answer=b'{"da', answer_size=900),
    an_entry(4, operation=None, status=404, path="/v2/é x?#%", query='a=é"<&b&c=%20'),
    an_entry(5, body=b"\xff\x00", answer=b"\xfe", answer_size=1, answer_headers=(), headers=()),
    an_entry(6, answer=b"x" * 10, answer_size=20),
    an_entry(7, status=299),
    an_entry(8, answer=b"", answer_size=0),
]  # fmt: skip


def archived(entry: Entry) -> dict[str, Any]:
    (found,) = har([entry], BASE)["log"]["entries"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("entries", [[], ENTRIES, *([entry] for entry in ENTRIES)], ids=len)
def test_an_archive_has_the_structure_of_har_1_2(entries: list[Entry]) -> None:
    archive = har(entries, BASE, dropped=3)
    jsonschema_rs.validate(SCHEMA, json.loads(json.dumps(archive)))


def test_an_entry_has_its_address_headers_query_and_body() -> None:
    sale = a_sale("A-1")
    request = archived(a_post(1, sale, query="a=1&b=", headers=(("Content-Type", "application/json"),)))[
        "request"
    ]
    assert request["url"] == f"{BASE}/ca/v1/sales?a=1&b="
    assert request["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]
    assert request["headers"] == [{"name": "Content-Type", "value": "application/json"}]
    assert request["postData"]["mimeType"] == "application/json"
    assert json.loads(request["postData"]["text"]) == {"sales": [sale]}
    assert request["bodySize"] == len(request["postData"]["text"])


def test_an_address_is_one_whatever_the_path_and_the_base() -> None:
    url = archived(ENTRIES[3])["request"]["url"]
    assert url == f"{BASE}/v2/%C3%A9%20x%3F%23%25?a=%C3%A9%22%3C&b&c=%20"
    (entry,) = har([an_entry(query="")], BASE + "/")["log"]["entries"]
    assert entry["request"]["url"] == f"{BASE}/v2/sales/active"


def test_an_answer_has_its_status_headers_and_text() -> None:
    response = archived(an_entry())["response"]
    assert (response["status"], response["statusText"], response["bodySize"]) == (200, "OK", 11)
    assert response["headers"] == [{"name": "content-type", "value": "application/json"}]
    assert response["content"] == {"size": 11, "mimeType": "application/json", "text": '{"data":[]}'}


def test_what_is_no_text_is_base64() -> None:
    entry = archived(ENTRIES[4])
    assert entry["request"]["postData"]["_encoding"] == "base64"
    assert b64decode(entry["request"]["postData"]["text"]) == b"\xff\x00"
    assert entry["response"]["content"]["encoding"] == "base64"
    assert b64decode(entry["response"]["content"]["text"]) == b"\xfe"
    assert entry["response"]["content"]["mimeType"] == "x-unknown"


def test_where_there_is_no_body_there_is_no_text() -> None:
    entry = archived(ENTRIES[7])
    assert "postData" not in entry["request"]
    assert entry["response"]["content"] == {"size": 0, "mimeType": "application/json"}


def test_a_broken_answer_without_a_status_has_the_status_0() -> None:
    assert archived(an_entry(status=None, told=Told.BROKEN))["response"]["status"] == 0


def test_a_lost_answer_has_the_status_0_and_says_so() -> None:
    entry = archived(a_post(2, a_sale(), status=504, told=Told.NOTHING))
    assert (entry["response"]["status"], entry["response"]["bodySize"]) == (0, -1)
    assert entry["response"]["headers"] == []
    assert entry["response"]["content"] == {"size": 0, "mimeType": "x-unknown"}
    assert entry["comment"] == "No byte of an answer reached the client."
    assert entry["_status"] == 504


def test_a_broken_answer_says_so() -> None:
    entry = archived(ENTRIES[2])
    assert entry["comment"] == "The answer was broken off or spoilt on its way."
    assert (entry["response"]["status"], entry["response"]["bodySize"]) == (200, -1)


def test_a_cut_answer_says_so() -> None:
    assert archived(ENTRIES[5])["response"]["content"]["comment"] == "Cut: the first 10 of 20 bytes."
    assert "comment" not in archived(an_entry())["response"]["content"]


def test_an_archive_says_what_the_journal_has_dropped() -> None:
    assert har([], BASE, dropped=3)["log"]["comment"] == "The journal has dropped 3 older entries."
    assert "comment" not in har([], BASE)["log"]


def test_what_har_has_no_field_for_has_one_of_ours() -> None:
    entry = archived(LOST)
    assert entry["_number"] == 2
    assert entry["_operation"] == "state_v1_sales_post"
    assert entry["_told"] == "nothing"
    assert entry["_faults"] == [{"name": "commit_then_504", "phase": "after", "effect": "status"}]
    assert [event["receipt_number"] for event in entry["_events"]] == ["000000007"]


def test_the_time_of_an_entry_is_the_sum_of_its_timings() -> None:
    entry = archived(an_entry())
    assert entry["time"] == sum(entry["timings"].values()) == 3.14
