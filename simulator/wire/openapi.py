"""OpenAPI 3.0 documents from operations: what is described is what is routed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter

from simulator.wire.operation import Described

REF = "#/components/schemas/{model}"
JSON = dict[str, Any]
JSON_TYPE = "application/json"
TEXT = {"type": "string"}
BINARY = {"type": "string", "format": "binary"}


def ref(model: str) -> JSON:
    return {"$ref": REF.format(model=model)}


@dataclass(frozen=True, slots=True)
class Document:
    """What is the same for all operations of a façade."""

    info: JSON
    operations: Sequence[Described[Any]]
    schemas: JSON
    error: str
    statuses: Mapping[str, Sequence[int]]
    security: Mapping[str, Sequence[JSON]]
    security_schemes: JSON
    path_parameters: JSON = field(default_factory=dict)

    def build(self) -> JSON:
        components: JSON = {"schemas": dict(self.schemas), "securitySchemes": self.security_schemes}
        paths: JSON = {}
        for operation in self.operations:
            paths.setdefault(operation.path, {})[operation.method.lower()] = self._operation(
                operation, components
            )
        return {
            "openapi": "3.0.3",
            "info": self.info,
            "servers": [{"url": "/"}],
            "paths": paths,
            "components": components,
        }

    def _operation(self, operation: Described[Any], components: JSON) -> JSON:
        described: JSON = {
            "summary": operation.summary,
            "operationId": operation.id,
            "tags": list(operation.tags),
            "parameters": [
                *(self.path_parameters[name] for name in re.findall(r"{(\w+)}", operation.path)),
                *(query_parameters(operation.query) if operation.query else ()),
            ],
            "responses": self._responses(operation, components),
            "security": list(self.security[operation.access]),
        }
        if operation.body is not None:
            media: JSON = {"schema": _component(operation.body, components["schemas"])}
            if operation.body_example is not None:
                media["example"] = operation.body_example
            described["requestBody"] = {"required": True, "content": {JSON_TYPE: media}}
        if operation.upload is not None:
            described["requestBody"] = {"required": True, "content": {operation.upload: {"schema": BINARY}}}
        return described

    def _responses(self, operation: Described[Any], components: JSON) -> JSON:
        answer = operation.answer
        schema = _component(answer, components["schemas"]) if isinstance(answer, TypeAdapter) else answer
        contents = {kind: {"schema": schema if kind == JSON_TYPE else TEXT} for kind in operation.media_types}
        responses: JSON = {"200": {"description": operation.summary, "content": contents}}
        for status in sorted({*self.statuses[operation.access], *operation.statuses}):
            responses[str(status)] = {
                "description": HTTPStatus(status).phrase,
                "content": {JSON_TYPE: {"schema": ref(self.error)}},
            }
        return responses


def served_at(document: JSON, root_path: str) -> JSON:
    """The document of what is served under a path, so that clients made from it stay in their world."""
    return {**document, "servers": [{"url": root_path or "/"}]}


def query_parameters(model: type[BaseModel]) -> list[JSON]:
    schema = model.model_json_schema(by_alias=True)
    parameters = []
    for name, described in schema["properties"].items():
        shape = convert(_inlined(described, schema.get("$defs", {})))
        shape.pop("nullable", None)
        parameter: JSON = {"name": name, "in": "query", "required": name in schema.get("required", ())}
        for key in ("description", "example"):
            if key in shape:
                parameter[key] = shape.pop(key)
        parameters.append({**parameter, "schema": shape})
    return parameters


def _inlined(schema: Any, parts: JSON) -> Any:
    """A parameter has no place for its parts, so they stand where they are referred to."""
    if isinstance(schema, list):
        return [_inlined(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return dict(parts[schema["$ref"].removeprefix("#/$defs/")])
    return {key: _inlined(value, parts) for key, value in schema.items()}


def schemas_of(*models: type[BaseModel]) -> JSON:
    """Component schemas of models and of all they refer to."""
    components: JSON = {}
    for model in models:
        _component(TypeAdapter(model), components)
    return components


def _component(adapter: TypeAdapter[Any], schemas: JSON) -> JSON:
    """The schema of a type, its parts put among the schemas; a named model becomes a reference to itself."""
    schema = adapter.json_schema(ref_template=REF, by_alias=True)
    for name, part in schema.get("$defs", {}).items():
        _put(schemas, name, convert(part))
    title = schema.get("title")
    if title is None or schema.get("type") != "object":
        return dict(convert(schema))
    name = re.sub(r"\W+", "_", title).strip("_")
    _put(schemas, name, convert(schema))
    return ref(name)


def _put(schemas: JSON, name: str, schema: JSON) -> None:
    """Two models of one name would describe each other wrongly."""
    if schemas.setdefault(name, schema) != schema:
        raise ValueError(f"two models are called {name}")


def convert(schema: Any) -> Any:
    """JSON Schema as pydantic writes it, in OpenAPI 3.0's dialect: `nullable` for null, no `const`, no `$defs`; a bound
    that does not count itself says so beside it.
    """
    if isinstance(schema, list):
        return [convert(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    converted: JSON = {
        key: convert(value)
        for key, value in schema.items()
        if key not in ("$defs", "propertyNames", "title") or not isinstance(value, str | dict)
    }
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.title()}"
        if exclusive in converted:
            converted[bound], converted[exclusive] = converted[exclusive], True
    if "const" in converted:
        converted["enum"] = [converted.pop("const")]
    if isinstance(converted.get("examples"), list):
        converted["example"] = converted.pop("examples")[0]
    null = {"type": "null"}
    if converted.get("type") == "null":
        return {**converted, "type": "string", "nullable": True, "enum": [None]}
    choices = converted.get("anyOf", [])
    if null not in choices:
        return converted
    del converted["anyOf"]
    if converted.get("default", ...) is None:
        del converted["default"]
    (only,) = [each for each in choices if each != null]
    shape = {"allOf": [only]} if "$ref" in only else only
    return {**shape, **converted, "nullable": True}
