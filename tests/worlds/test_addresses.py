"""Every address a world tells is its own, and leads back into it."""

import json
import re
from typing import Any

import pytest
from support.asgi import BASE_URL, InProcess
from support.builders import SHOP, a_world
from support.worlds import Server, t3_of, trace_of

from simulator.app import create_app

T3 = t3_of(a_world().accounts.demo)
TRACE = trace_of(a_world().accounts.demo)
HERE = "/worlds/here"
DOCUMENTS = (
    "/v2/spec/openapi.json",
    *(f"/_simulator/openapi/{name}.json" for name in ("t3", "trace", "control")),
)


@pytest.fixture
def here(server: Server) -> Server:
    """A server with a world called here, with three sales, and one called there, with one."""
    for name, count in (("here", 3), ("there", 1)):
        server.create(name)
        for _ in range(count):
            assert server.sell(name).status_code == 200
    return server


def urls_in(told: Any) -> list[str]:
    """Every text that is an address of this server."""
    return re.findall(re.escape(BASE_URL) + r'[^"\s]*', json.dumps(told))


def test_the_pages_of_sales_lead_to_each_other_within_the_world(here: Server) -> None:
    url = f"{BASE_URL}{HERE}/ca/v1/sales?license_number={SHOP}&limit=1&offset=0"
    seen = []
    while url:
        page = here.told("GET", url, headers=TRACE)["results"]
        seen += [sale["id"] for sale in page["data"]]
        records = page["records"]
        assert records["total"] == 3
        for other in filter(None, (records["next"], records["previous"])):
            assert other.startswith(f"{BASE_URL}{HERE}/ca/v1/sales?")
        url = records["next"]

    assert len(set(seen)) == 3
    back = here.told("GET", page["records"]["previous"], headers=TRACE)
    assert [sale["id"] for sale in back["results"]["data"]] == [seen[1]]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/sales/active?licenseNumber=NOWHERE", 403),
        ("/v2/sales/active?licenseNumber=SHOP&page=0", 400),
        ("/v2/sales/activ", 404),
        ("/v2/sales/void?licenseNumber=SHOP", 405),
        ("/v2/worlds/here", 404),
    ],
)
def test_a_t3_error_tells_the_whole_address(here: Server, path: str, status: int) -> None:
    answer = here.get(HERE + path, headers=T3)

    assert answer.status_code == status
    url = answer.json()["error"]["url"]
    assert url == BASE_URL + HERE + path
    again = here.get(url, headers=T3)
    assert (again.status_code, again.content) == (answer.status_code, answer.content)


@pytest.mark.parametrize("path", ["/v2/sales/activ", "/ca/v1/sales/", "/nowhere", "", "/"])
def test_a_path_nobody_serves_is_told_as_it_is_within_the_world(here: Server, path: str) -> None:
    inside, main = (here.get(root + path, headers={**T3, **TRACE}) for root in (HERE, "/worlds/main"))

    assert inside.status_code == 404
    assert f"does not serve {path or '/'}. " in inside.text
    assert inside.text.replace(HERE, "/worlds/main") == main.text


@pytest.mark.parametrize("path", ["/worlds", "/worlds/", "/worlds//v2/states"])
def test_a_path_that_names_no_world_is_refused(here: Server, path: str) -> None:
    assert here.refused("GET", path, 404).startswith("There is no world ''")


def test_a_world_is_not_reached_through_another(here: Server) -> None:
    for path in ("/worlds/there/v2/states", "/worlds/there/_simulator/health", "/worlds/main/v2/states"):
        answer = here.get(HERE + path, headers={**T3, **TRACE})
        assert answer.status_code == 404, path
        assert "world" not in answer.json()


def test_the_main_world_has_a_path_too(here: Server) -> None:
    assert here.told("GET", "/worlds/main/_simulator/health") == here.told("GET", "/_simulator/health")
    answer = here.get(f"/worlds/main/v2/sales/active?licenseNumber={SHOP}", headers=T3)
    assert answer.json()["total"] == 0


@pytest.mark.parametrize("name", ["nowhere", "Here", "here ", "here%20", "he", "heree"])
def test_an_unknown_world_is_404_whatever_is_asked_of_it(here: Server, name: str) -> None:
    for method, path in (
        ("GET", "/v2/states"),
        ("POST", "/ca/v1/sales"),
        ("GET", "/_simulator/health"),
        ("POST", "/_simulator/reset"),
        ("DELETE", "/x"),
    ):
        assert "There is no world" in here.refused(method, f"/worlds/{name}{path}", 404, headers=T3)
    # Nobody wrote it down either.
    assert here.info("main")["journal"]["total"] == 0


def test_health_is_that_of_the_world_asked(here: Server) -> None:
    here.control("here", "clock/set", {"to": "2030-01-01T00:00:00Z"})
    told = here.control("here", "health")

    assert (told["world"], told["now"], told["worlds"]) == ("here", "2030-01-01T00:00:00Z", 3)
    assert here.control("main", "health")["now"] == "2026-05-20T20:00:00Z"


def test_the_environment_of_a_world_leads_into_it(here: Server) -> None:
    variables = here.info("here")["environment"]

    assert {variables[name] for name in ("SIMULATOR_URL", "T3_API_HOST", "TRACE_URL")} == {BASE_URL + HERE}
    keys = {"X-T3-API-Key": variables["T3_SECRET_KEY"]}
    page = here.told("GET", f"{variables['T3_API_HOST']}/v2/sales/active?licenseNumber={SHOP}", headers=keys)
    assert page["total"] == 3
    login = {part: variables[f"METRC_{part.upper()}"] for part in ("hostname", "username", "password")}
    assert here.told("POST", f"{variables['T3_API_HOST']}/v2/auth/credentials", json=login)["accessToken"]
    keys = {"x-api-key": variables["TRACE_API_KEY"], "Authorization": variables["TRACE_AUTHORIZATION"]}
    page = here.told("GET", f"{variables['TRACE_URL']}/ca/v1/sales?license_number={SHOP}", headers=keys)
    assert page["results"]["records"]["total"] == 3


def test_addresses_are_told_as_the_caller_reached_the_server(here: Server) -> None:
    told = here.told("GET", "/_simulator/worlds/here", headers={"Host": "shop.example:8420"})

    assert told["url"] == "http://shop.example:8420/worlds/here"
    assert told["environment"]["TRACE_URL"] == "http://shop.example:8420/worlds/here"


def test_a_har_of_a_world_has_its_addresses(here: Server) -> None:
    for entry in here.control("here", "journal/har")["log"]["entries"]:
        assert entry["request"]["url"] == f"{BASE_URL}{HERE}/ca/v1/sales"
    assert here.control("there", "journal/har")["log"]["entries"][0]["request"]["url"].startswith(
        f"{BASE_URL}/worlds/there/"
    )


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_of_a_world_is_that_of_the_server_but_for_where_it_is(here: Server, path: str) -> None:
    inside, outside = here.told("GET", HERE + path), here.told("GET", path)

    assert inside.pop("servers") == [{"url": HERE}]
    assert outside.pop("servers") == [{"url": "/"}]
    assert inside == outside


def test_no_answer_of_a_world_tells_an_address_outside_of_it(here: Server) -> None:
    """Whatever can be read, of both APIs and the control plane, but for what is of the whole server."""
    of_the_server = {"/_simulator/worlds", "/_simulator/worlds/{name}"}
    receipt = here.worlds["here"].ledger.books[SHOP].active[0]
    lot = next(iter(here.worlds["here"].ledger.books[SHOP].lot_trace_ids()))
    here.control("here", "snapshots", {"name": "x"})
    here.told(
        "POST",
        f"{HERE}/_simulator/faults",
        json={"name": "x", "match": {"nth": 999}, "effect": {"type": "status", "status": 500}},
    )
    ids = {
        "/sales/{id}": receipt.trace_id,
        "/lots/{id}": lot,
        "/employees/{id}": "e0000000000000000000000000000001",
    }
    told = 0
    for document in DOCUMENTS[1:]:
        for route, operations in here.told("GET", HERE + document)["paths"].items():
            if "get" not in operations or route in of_the_server:
                continue
            path = route.replace("{state}", "ca").replace("{name}", "x")
            for ending, id_ in ids.items():
                path = path.replace(ending, ending.replace("{id}", id_))
            names = {parameter["name"] for parameter in operations["get"]["parameters"]}
            known = {
                "licenseNumber": SHOP,
                "license_number": SHOP,
                "salesReceiptId": receipt.id,
                "limit": 1,
                "view": "sales",
                "timeout": 0,
            }
            answer = here.get(
                HERE + path,
                params={k: v for k, v in known.items() if k in names},
                headers={**T3} if "/v2/" in path else TRACE,
            )
            assert answer.status_code == 200, f"{path}: {answer.text}"
            for url in re.findall(re.escape(BASE_URL) + r"[^\"\s]*", answer.text):
                told += 1
                assert url == BASE_URL + HERE or url.startswith(f"{BASE_URL}{HERE}/"), f"{path}: {url}"

    assert told > 5


def test_what_is_asked_in_a_world_is_written_down_as_within_it(here: Server) -> None:
    with InProcess(create_app(a_world()), T3) as alone:
        alone.get(f"/v2/sales/active?licenseNumber={SHOP}")
        (expected,) = alone.get("/_simulator/journal").json()["entries"]
    here.get(f"{HERE}/v2/sales/active?licenseNumber={SHOP}", headers=T3)
    entry = here.control("here", "journal?newest_first=true&limit=1")["entries"][0]

    for key in ("path", "operation", "query", "license_numbers", "username", "status"):
        assert entry[key] == expected[key]
    assert here.info("there")["journal"]["total"] == 1
