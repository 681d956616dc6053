"""The control plane's own document: valid, complete, and what is described is what is routed."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from support.worlds import Server

from simulator.control import app
from simulator.control.openapi import ALL_OPERATIONS
from simulator.wire.openapi import convert

JSON = dict[str, Any]
DOCUMENT = "/_simulator/openapi/control.json"


@pytest.fixture(scope="module")
def described() -> JSON:
    with Server() as server:
        found: JSON = server.told("GET", DOCUMENT)
        return found


def operations(described: JSON) -> Iterator[tuple[str, str, JSON]]:
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def nodes(tree: Any, at: str = "#") -> Iterator[tuple[str, JSON]]:
    if isinstance(tree, dict):
        yield at, tree
        for key, value in tree.items():
            yield from nodes(value, f"{at}/{key}")
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from nodes(value, f"{at}/{index}")


def plain(tree: Any) -> Any:
    """In the words of JSON Schema's fourth draft, which knows everything of OpenAPI's dialect but `nullable`."""
    if isinstance(tree, list):
        return [plain(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    schema = {key: plain(value) for key, value in tree.items() if key != "nullable"}
    return {"anyOf": [schema, {"enum": [None]}]} if tree.get("nullable") is True else schema


def misfits(value: Any, schema: JSON, described: JSON) -> list[str]:
    validator = jsonschema_rs.Draft4Validator(plain({**schema, "components": described["components"]}))
    return [str(error) for error in validator.iter_errors(value)]


def test_it_is_valid_openapi_3_0(described: JSON) -> None:
    assert described["openapi"] == "3.0.3"
    schemathesis.openapi.from_dict(described).validate()


def test_every_reference_leads_somewhere(described: JSON) -> None:
    schemas = described["components"]["schemas"]
    targets = {node["$ref"] for _, node in nodes(described) if isinstance(node.get("$ref"), str)}

    assert targets <= {f"#/components/schemas/{name}" for name in schemas}


def test_no_schema_uses_words_that_openapi_3_0_does_not_have(described: JSON) -> None:
    foreign = [
        at
        for at, node in nodes(described)
        if node.get("type") == "null"
        or isinstance(node.get("type"), list)
        or not isinstance(node.get("exclusiveMinimum", True), bool)
        or (
            "properties" not in at.rsplit("/", 1)[-1]
            and {"const", "$defs", "prefixItems", "propertyNames"} & set(node)
        )
    ]

    assert foreign == []


def test_every_operation_is_described_and_nothing_else(described: JSON) -> None:
    assert {(method.upper(), path) for method, path, _ in operations(described)} == {
        (each.method, each.path) for each in ALL_OPERATIONS
    }


def test_every_description_is_routed_to_its_operation(described: JSON) -> None:
    for method, path, operation in operations(described):
        found = app.ROUTES.find(method.upper(), path.replace("{name}", "x"))
        assert (found.operation.id, found.operation.path) == (operation["operationId"], path)
        assert found.parameters == ({"name": "x"} if "{name}" in path else {})


def test_operation_ids_are_unique_and_every_operation_says_what_it_is(described: JSON) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(described)]

    assert len(ids) == len(set(ids))
    for method, path, operation in operations(described):
        assert operation["summary"], f"{method} {path}"
        assert operation["tags"], f"{method} {path}"


def test_every_placeholder_of_a_path_is_a_required_parameter_and_none_is_there_twice(described: JSON) -> None:
    for method, path, operation in operations(described):
        parameters = operation["parameters"]
        in_path = {each["name"] for each in parameters if each["in"] == "path" and each["required"]}
        assert in_path == set(re.findall(r"{(\w+)}", path)), f"{method} {path}"
        names = [(each["in"], each["name"]) for each in parameters]
        assert len(names) == len(set(names)), f"{method} {path}"


def test_every_operation_says_how_it_refuses(described: JSON) -> None:
    error = {"$ref": "#/components/schemas/Error"}
    for method, path, operation in operations(described):
        responses, where = operation["responses"], f"{method} {path}"
        assert {"200", "500"} <= set(responses), where
        if operation["security"]:
            assert operation["security"] == [{}, {"ControlToken": []}], where
            assert {"400", "401"} <= set(responses), where
        if "application/json" in operation.get("requestBody", {"content": {}})["content"]:
            assert {"413", "415"} <= set(responses), where
        if "{name}" in path and method != "put":
            assert "404" in responses, where
        for status, answer in responses.items():
            assert status == "200" or answer["content"] == {"application/json": {"schema": error}}, where


def test_files_are_described_as_what_they_are(described: JSON) -> None:
    file = described["paths"]["/_simulator/snapshots/{name}/file"]

    assert list(file["get"]["responses"]["200"]["content"]) == ["application/x-ndjson"]
    content = file["put"]["requestBody"]["content"]
    assert content == {"application/x-ndjson": {"schema": {"type": "string", "format": "binary"}}}


def test_every_body_has_an_example_that_fits_its_schema_and_is_taken(described: JSON, server: Server) -> None:
    """In an order in which what the examples speak of is there."""
    bodies = [
        (method, path, operation["requestBody"]["content"]["application/json"])
        for method, path, operation in operations(described)
        if "application/json" in operation.get("requestBody", {"content": {}})["content"]
    ]
    assert len(bodies) > 10
    for method, path, media in bodies:
        example = media.get("example", {})
        assert misfits(example, media["schema"], described) == [], path
        example = {**example, "license_number": "SHOP"} if "license_number" in example else example
        example.pop("ids", None)
        answer = server.request(method, path.replace("{name}", "slow"), json=example)
        assert answer.status_code == 200, f"{path}: {answer.text}"


def test_every_answer_fits_its_schema(described: JSON, server: Server) -> None:
    """Every GET that needs nothing, of a world in which something is in every part."""
    server.sell()
    server.control("main", "faults", {"effect": {"type": "latency", "latency": 1}})
    server.control("main", "snapshots", {"name": "x"})
    server.sell()
    checked = 0
    for method, path, operation in operations(described):
        content = operation["responses"]["200"]["content"]
        if method == "get" and "application/json" in content and "{name}" not in path:
            answer = server.told("GET", path, params={"timeout": 0} if path.endswith("wait") else None)
            assert misfits(answer, content["application/json"]["schema"], described) == [], path
            checked += 1

    assert checked > 15


def test_no_two_models_share_a_name(described: JSON) -> None:
    schemas = described["components"]["schemas"]
    for operation in ALL_OPERATIONS:
        for adapter in (operation.body, operation.answer):
            if adapter is not None and not isinstance(adapter, dict):
                schema = adapter.json_schema(ref_template="#/components/schemas/{model}", by_alias=True)  # type: ignore[union-attr] # a Mapping is a dict here
                for name, part in schema.get("$defs", {}).items():
                    assert schemas.get(name) == convert(part), f"{operation.path}: {name}"


def test_every_key_anybody_may_send_is_described_in_words_or_plain(described: JSON) -> None:
    """Query parameters have a description each; they have no docstring to stand in for it."""
    for method, path, operation in operations(described):
        for parameter in operation["parameters"]:
            assert (
                parameter["in"] == "path"
                or parameter.get("description")
                or parameter["name"]
                in (
                    "count",
                    "timeout",
                )
            ), f"{method} {path}: {parameter['name']}"
