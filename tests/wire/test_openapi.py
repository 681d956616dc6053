"""The two served documents: valid OpenAPI 3.0, complete, and in the vendors' own words."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
import t3api.api
import t3api.models
from pydantic import TypeAdapter
from pydantic.alias_generators import to_camel
from support.asgi import InProcess
from support.builders import NOW

from simulator.app import create_app
from simulator.clock import Clock
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
from simulator.t3 import app as t3_app
from simulator.trace import app as trace_app
from simulator.wire.openapi import convert

JSON = dict[str, Any]
T3_DOCUMENT = "/v2/spec/openapi.json"
TRACE_DOCUMENT = "/_simulator/openapi/trace.json"
FACADES = {T3_DOCUMENT: t3_app.FACADE, TRACE_DOCUMENT: trace_app.FACADE}

# t3api-utils takes an operation with one of these parameters for one about a single object.
SINGLE_OBJECT_PARAMETERS = {
    "itemId",
    "packageId",
    "transferId",
    "harvestId",
    "plantId",
    "plantBatchId",
    "salesId",
    "deliveryId",
    "labTestResultDocumentFileId",
}
TRACE_STATES = re.findall(r"\w+", "ca or nv mt co mi il ma ri nj md de va oh ky al ms mn la ok sd me wa wv")
TRACE_PARAMETERS = {
    ("get", "/{state}/v1/sales"): {"state", "license_number", "limit", "offset"},
    ("post", "/{state}/v1/sales"): {"state", "purchase_limit_override"},
    ("get", "/{state}/v1/sales/{id}"): {"state", "id", "license_number"},
    # Trace documents no query here; the override is ours, see GAP(override-on-update).
    ("put", "/{state}/v1/sales/{id}"): {"state", "id", "purchase_limit_override"},
    ("get", "/{state}/v1/sales/actions"): {"state"},
    ("get", "/{state}/v1/sales/customer_types"): {"state"},
    ("get", "/{state}/v1/sales/identification_types"): {"state"},
    ("get", "/{state}/v1/sales/currency_types"): {"state"},
    ("get", "/{state}/v1/sales/payment_types"): {"state"},
    ("get", "/{state}/v1/sales/tax_types"): {"state"},
    ("get", "/{state}/v1/lots"): {
        "state",
        "license_number",
        "limit",
        "offset",
        "entity_state",
        "barcode",
        "start_date",
        "end_date",
    },
    ("get", "/{state}/v1/lots/{id}"): {"state", "id", "license_number"},
    ("get", "/{state}/v1/config/employees"): {
        "state",
        "license_number",
        "entity_state",
        "start_date",
        "end_date",
    },
    ("get", "/{state}/v1/config/employees/{id}"): {"state", "id", "license_number"},
}
VENDOR_MODELS = {
    "MetrcSalesReceipt": 23,
    "MetrcTransaction": 79,
    "MetrcPackage": 90,
    "MetrcState": 3,
    "MetrcLicense": 2,
    "JWTData": 6,
    "MetrcSalesReceiptListResponse": 5,
    "MetrcSalesReceiptReportResponse": 6,
}
OUR_NAMES = {
    "MetrcState": "State",
    "MetrcLicense": "License",
    "MetrcSalesReceiptListResponse": "SalesReceiptPage",
    "MetrcSalesReceiptReportResponse": "SalesReceiptReport",
}
both_documents = pytest.mark.parametrize("path", FACADES)


@pytest.fixture(scope="module")
def http() -> Iterator[InProcess]:
    """One client for all: nothing here changes its world."""
    with InProcess(create_app(grow(load("corner_shop"), clock=Clock(NOW)))) as client:
        yield client


@pytest.fixture(scope="module")
def t3_document(http: InProcess) -> JSON:
    return document(http, T3_DOCUMENT)


@pytest.fixture(scope="module")
def trace_document(http: InProcess) -> JSON:
    return document(http, TRACE_DOCUMENT)


def document(http: InProcess, path: str) -> JSON:
    answer = http.get(path)
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found


def operations(described: JSON) -> Iterator[tuple[str, str, JSON]]:
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def nodes(tree: Any, at: str = "#") -> Iterator[tuple[str, JSON]]:
    """Every object of a document with its place."""
    if isinstance(tree, dict):
        yield at, tree
        for key, value in tree.items():
            yield from nodes(value, f"{at}/{key}")
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from nodes(value, f"{at}/{index}")


def dangling(described: JSON) -> list[str]:
    """Places whose $ref leads nowhere."""
    found = []
    for at, node in nodes(described):
        target: Any = described
        for key in node["$ref"].removeprefix("#/").split("/") if isinstance(node.get("$ref"), str) else ():
            target = target.get(key) if isinstance(target, dict) else None
        if target is None:
            found.append(f"{at} -> {node['$ref']}")
    return found


def names(operation: JSON) -> set[str]:
    return {parameter["name"] for parameter in operation["parameters"]}


def fields_of(model: Any) -> set[str]:
    """A vendor model's field names as they are on the wire."""
    return {field.alias or name for name, field in model.model_fields.items()}


def shared_with_the_vendor(described: JSON) -> Iterator[JSON]:
    """All operations but the one that serves the document, for which the vendor's client has no method."""
    for _, path, operation in operations(described):
        if path != T3_DOCUMENT:
            yield operation


def vendor_operations() -> Mapping[str, dict[str, set[str]]]:
    """For each method of the vendor's client: the classes that carry it, with their parameters on the wire."""
    found: dict[str, dict[str, set[str]]] = {}
    for class_name, class_ in inspect.getmembers(t3api.api, inspect.isclass):
        for name, function in inspect.getmembers(class_, inspect.isfunction):
            if name.startswith("v2_"):
                arguments = [
                    argument
                    for argument in inspect.signature(function).parameters
                    if argument != "self" and not argument.startswith(("_", "v2_"))
                ]
                found.setdefault(name, {})[class_name] = set(map(to_camel, arguments))
    return found


# --- valid ----------------------------------------------------------------------------------------------------------


@both_documents
def test_a_document_is_valid_openapi_3_0(http: InProcess, path: str) -> None:
    described = document(http, path)

    assert re.fullmatch(r"3\.0\.\d", described["openapi"])
    schemathesis.openapi.from_dict(described).validate()


@both_documents
def test_every_reference_leads_somewhere(http: InProcess, path: str) -> None:
    assert dangling(document(http, path)) == []


@both_documents
def test_components_hold_schemas_and_security_schemes_and_nothing_else(http: InProcess, path: str) -> None:
    assert set(document(http, path)["components"]) == {"schemas", "securitySchemes"}


@both_documents
def test_no_schema_uses_words_that_openapi_3_0_does_not_have(http: InProcess, path: str) -> None:
    foreign = [
        at
        for at, node in nodes(document(http, path))
        if node.get("type") == "null"
        or isinstance(node.get("type"), list)
        # A property may be called so; a keyword may not.
        or ("properties" not in at.rsplit("/", 1)[-1] and {"const", "$defs", "prefixItems"} & set(node))
    ]

    assert foreign == []


@both_documents
def test_operation_ids_are_unique(http: InProcess, path: str) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document(http, path))]

    assert sorted(ids) == sorted(set(ids))


@both_documents
def test_every_placeholder_of_a_path_is_a_required_parameter(http: InProcess, path: str) -> None:
    for method, route, operation in operations(document(http, path)):
        in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path" and p["required"]}
        assert in_path == set(re.findall(r"{(\w+)}", route)), f"{method} {route}"


@both_documents
def test_no_parameter_is_described_twice(http: InProcess, path: str) -> None:
    for method, route, operation in operations(document(http, path)):
        described = [(p["in"], p["name"]) for p in operation["parameters"]]
        assert len(described) == len(set(described)), f"{method} {route}"


@both_documents
def test_every_security_requirement_names_a_scheme(http: InProcess, path: str) -> None:
    described = document(http, path)
    schemes = set(described["components"]["securitySchemes"])

    used = {name for _, _, op in operations(described) for choice in op["security"] for name in choice}

    assert used == schemes


@both_documents
def test_every_operation_says_what_it_answers_and_how_it_refuses(http: InProcess, path: str) -> None:
    described = document(http, path)
    error = {"$ref": "#/components/schemas/Error"}
    for method, route, operation in operations(described):
        responses = operation["responses"]
        assert {"200", "400", "429", "500"} <= set(responses), f"{method} {route}"
        if operation["security"]:
            assert "401" in responses, f"{method} {route}"
        if "requestBody" in operation:
            assert {"413", "415"} <= set(responses), f"{method} {route}"
        refusals = [answer for status, answer in responses.items() if status != "200"]
        assert all(answer["content"] == {"application/json": {"schema": error}} for answer in refusals)


@both_documents
def test_every_body_has_an_example_that_fits_its_schema(http: InProcess, path: str) -> None:
    described = document(http, path)
    bodies = [
        (route, op["requestBody"]["content"]["application/json"])
        for _, route, op in operations(described)
        if "requestBody" in op
    ]

    assert bodies
    for route, media in bodies:
        schema = {**media["schema"], "components": described["components"]}
        examples = [media["example"]] if "example" in media else [from_fields(media["schema"], described)]
        for example in examples:
            assert not list(jsonschema_rs.validator_for(schema).iter_errors(example)), route


def from_fields(schema: JSON, described: JSON) -> JSON:
    """The example that the fields of an object schema make up, as documentation viewers show it."""
    found: Any = schema
    for key in schema["$ref"].removeprefix("#/").split("/") if "$ref" in schema else ():
        found = (described if found is schema else found)[key]
    return {name: field["example"] for name, field in found["properties"].items() if "example" in field}


@both_documents
def test_no_two_models_share_a_name(http: InProcess, path: str) -> None:
    """A component is what its model says: a second model of the same name would overwrite it."""
    described = document(http, path)["components"]["schemas"]

    for operation in FACADES[path].operations:
        for adapter in (operation.body, operation.answer):
            if isinstance(adapter, TypeAdapter):
                schema = adapter.json_schema(ref_template="#/components/schemas/{model}", by_alias=True)
                for name, part in schema.get("$defs", {}).items():
                    assert described.get(name) == convert(part), (
                        f"{operation.method} {operation.path}: {name}"
                    )


# --- complete -------------------------------------------------------------------------------------------------------


def test_the_control_plane_serves_the_same_t3_document(http: InProcess, t3_document: JSON) -> None:
    assert document(http, "/_simulator/openapi/t3.json") == t3_document


def test_the_documents_are_open_to_anyone(http: InProcess) -> None:
    for path in (T3_DOCUMENT, TRACE_DOCUMENT, "/_simulator/openapi/t3.json"):
        answer = http.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"


@both_documents
def test_every_operation_is_described_and_nothing_else(http: InProcess, path: str) -> None:
    described = {(method.upper(), route) for method, route, _ in operations(document(http, path))}

    assert described == {(each.method, each.path) for each in FACADES[path].operations}


@both_documents
def test_every_description_is_routed_to_its_operation(http: InProcess, path: str) -> None:
    routes = FACADES[path].routes
    for method, route, operation in operations(document(http, path)):
        found = routes.find(method.upper(), route.replace("{state}", "ca").replace("{id}", "x"))
        assert (found.operation.id, found.operation.path) == (operation["operationId"], route)


def test_every_operation_of_both_facades_answers_where_its_document_says(http: InProcess) -> None:
    """Without credentials, so that nothing but routing and authentication is asked."""
    for path in FACADES:
        for method, route, operation in operations(document(http, path)):
            url = route.replace("{state}", "ca").replace("{id}", "x")
            answer = http.request(method.upper(), url, headers={"Content-Type": "application/json"})
            unasked = 400 if "requestBody" in operation else 200
            assert answer.status_code == (401 if operation["security"] else unasked), f"{method} {route}"


# --- T3, in the vendor's words --------------------------------------------------------------------------------------


def test_every_t3_operation_is_a_method_of_the_vendors_client(t3_document: JSON) -> None:
    vendor = vendor_operations()

    ids = [operation["operationId"] for operation in shared_with_the_vendor(t3_document)]

    assert [id_ for id_ in ids if id_ not in vendor] == []


def test_t3_parameters_have_the_vendors_names(t3_document: JSON) -> None:
    vendor = vendor_operations()
    for operation in shared_with_the_vendor(t3_document):
        for class_name, parameters in vendor[operation["operationId"]].items():
            assert names(operation) == parameters, f"{class_name}.{operation['operationId']}"


def test_t3_tags_are_those_the_vendors_client_is_cut_by(t3_document: JSON) -> None:
    """`Sales Receipts` is SalesReceiptsApi; only the tag `Collection` has no class."""
    vendor = vendor_operations()
    for operation in shared_with_the_vendor(t3_document):
        classes = {tag.replace(" ", "") + "Api" for tag in operation["tags"]} - {"CollectionApi"}
        assert classes == set(vendor[operation["operationId"]]), operation["operationId"]


def test_the_t3_collections_are_recognised_as_t3api_utils_does_it(t3_document: JSON) -> None:
    collections = {}
    for method, path, operation in operations(t3_document):
        assert operation["summary"]
        assert operation["tags"]
        if "page" in names(operation) and "/report" not in path and "/create/" not in path:
            assert not names(operation) & SINGLE_OBJECT_PARAMETERS
            category = next(tag for tag in operation["tags"] if tag != "Collection")
            collections[method, path] = category

    assert collections == {
        ("get", "/v2/sales/active"): "Sales Receipts",
        ("get", "/v2/sales/inactive"): "Sales Receipts",
        # Wrongly so, as with the real document: its id parameter is called salesReceiptId.
        ("get", "/v2/sales/transactions"): "Sales Receipts",
        ("get", "/v2/packages/active"): "Packages",
        ("get", "/v2/packages/inactive"): "Packages",
        ("get", "/v2/packages/onhold"): "Packages",
    }


def test_every_t3_collection_is_tagged_as_one(t3_document: JSON) -> None:
    for _, path, operation in operations(t3_document):
        assert ("page" in names(operation)) == ("Collection" in operation["tags"]), path


@pytest.mark.parametrize(("model", "count"), VENDOR_MODELS.items())
def test_a_t3_schema_has_the_fields_of_the_vendors_model(t3_document: JSON, model: str, count: int) -> None:
    described = t3_document["components"]["schemas"][OUR_NAMES.get(model, model)]["properties"]

    assert set(described) == fields_of(getattr(t3api.models, model))
    assert len(described) == count


def test_an_item_within_a_package_has_the_fields_of_the_vendors_model(t3_document: JSON) -> None:
    item = t3_document["components"]["schemas"]["MetrcPackage"]["properties"]["item"]

    assert set(item["properties"]) == fields_of(t3api.models.MetrcItem)
    assert len(item["properties"]) == 121


@pytest.mark.parametrize(
    ("model", "ours"),
    [
        ("V2AuthCredentialsPostRequest", "Credentials"),
        ("V2AuthApikeyPostRequest", "ApiKey"),
        ("V2AuthSecretkeyPostRequest", "SecretKeyRequest"),
        ("V2SalesUnfinalizePostRequestInner", "ReceiptId"),
        ("V2AuthCredentialsPost200Response", "AccessToken"),
        ("V2AuthSecretkeyPost200Response", "SecretKey"),
    ],
)
def test_a_t3_payload_has_the_vendors_field_names(t3_document: JSON, model: str, ours: str) -> None:
    described = set(t3_document["components"]["schemas"][ours]["properties"])

    # `email` is newer than this version of the vendor's client.
    assert described - {"email"} == fields_of(getattr(t3api.models, model))


def test_the_t3_error_is_the_documented_one_under_one_key(t3_document: JSON) -> None:
    error = t3_document["components"]["schemas"]["Error"]

    assert set(error["properties"]) == {"error"}
    assert set(error["properties"]["error"]["properties"]) == {
        "type",
        "message",
        "timestamp",
        "url",
        "status_code",
    }


def test_t3_index_values_are_the_vendors(t3_document: JSON) -> None:
    schemas = t3_document["components"]["schemas"]
    for name in ("MetrcSalesReceipt", "MetrcPackage"):
        model = getattr(t3api.models, name)
        for value in schemas[name]["properties"]["index"]["enum"]:
            assert model.from_dict({"index": value}).index == value


# --- Trace, in the vendor's words -----------------------------------------------------------------------------------


def test_trace_parameters_have_the_vendors_names(trace_document: JSON) -> None:
    described = {(method, path): names(op) for method, path, op in operations(trace_document)}

    assert described == TRACE_PARAMETERS


def test_the_trace_states_are_those_of_both_published_lists(trace_document: JSON) -> None:
    for _, path, operation in operations(trace_document):
        (state,) = [parameter for parameter in operation["parameters"] if parameter["name"] == "state"]
        assert sorted(state["schema"]["enum"]) == sorted(TRACE_STATES), path


def test_trace_asks_for_both_headers_on_every_operation(trace_document: JSON) -> None:
    for _, path, operation in operations(trace_document):
        assert operation["security"] == [{"ApiKeyAuth": [], "CustomAuth": []}], path
    schemes = trace_document["components"]["securitySchemes"]
    assert schemes["ApiKeyAuth"]["name"] == "x-api-key"
    assert schemes["CustomAuth"]["name"] == "Authorization"


def test_a_price_change_names_exactly_the_documented_fields(trace_document: JSON) -> None:
    change = trace_document["components"]["schemas"]["ChangePriceIn"]

    documented = {"license", "actions", "price_change_date", "currency", "line_items"}
    assert set(change["properties"]) == documented
    assert set(change["required"]) == documented


def test_a_trace_sale_names_exactly_the_documented_fields(trace_document: JSON) -> None:
    sale = trace_document["components"]["schemas"]["SaleIn"]
    required = {
        "license",
        "customer_types",
        "terminal",
        "created_at",
        "out_of_state_sale",
        "identifications",
        "employees",
        "line_items",
        "currency",
        "totals",
        "payments",
    }

    assert set(sale["required"]) == required
    assert set(sale["properties"]) == required | {"external_id"}
