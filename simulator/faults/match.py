"""Which requests a fault is for."""

from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from simulator.faults.facts import Facts
from simulator.faults.operators import Scalar
from simulator.faults.predicates import on_body, on_query
from simulator.query.globs import glob, never_fits
from simulator.wording import echo

MOST_PREDICATES = 100
LONGEST_TEXT = 500
COUNTS = ("nth", "every", "first")

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Count = Annotated[int, Field(ge=1)]


def _scalar(value: object) -> object:
    finite = not isinstance(value, float) or isfinite(value)
    if not finite or (value is not None and not isinstance(value, str | int | float)):
        raise ValueError(f"must be a text, a number, true, false or null, not {echo(value)}")
    return value


def _numbers(value: object) -> object:
    several = value if isinstance(value, list | tuple) else [value]
    if value is not None and not (
        several and all(type(each) is int and each > 0 for each in several)  # not true, which is an int too
    ):
        raise ValueError(f"must be a whole number of at least 1 or a list of such, not {echo(value)}")
    return value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Target = Annotated[
    Any,
    BeforeValidator(_scalar),
    WithJsonSchema({"anyOf": [{"type": each} for each in ("string", "number", "boolean", "null")]}),
]
Predicates = Annotated[dict[Text, Target], Field(max_length=MOST_PREDICATES)]


class Match(BaseModel):
    """Everything that is said must hold. Nothing said is every request, but never one to `/_simulator`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    api: Literal["t3", "trace"] | None = Field(None, description="One of the two APIs.")
    operation: Text | None = Field(
        None, description="The operationId of the API's OpenAPI document, such as state_v1_sales_post."
    )
    method: Annotated[
        Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] | None, BeforeValidator(_upper)
    ] = Field(None, description="The HTTP method.")
    path: Text | None = Field(
        None,
        description="A pattern for the whole path within the world: * is anything, slashes too; ? one character; "
        "[ab] one of these, [!ab] none of them.",
    )
    license_number: Text | None = Field(
        None, description="A license that the request is about, in its query or its body."
    )
    username: Text | None = Field(
        None, description="Who asks, by the user name in the recipe; nobody who fails to log in."
    )
    query: Predicates = Field(
        {}, description="Predicates on the query: the parameter, with an operator or without, and a value."
    )
    body: Predicates = Field(
        {}, description="Predicates on the JSON body: a path, with an operator or without, and a value."
    )
    nth: Annotated[int | tuple[int, ...] | None, BeforeValidator(_numbers)] = Field(
        None, description="Only the match of this number, counted from 1, or those of these numbers."
    )
    every: Count | None = Field(None, description="Only every so-manieth match: 3 is the 3rd, 6th, 9th.")
    first: Count | None = Field(None, description="Only so many matches from the beginning.")
    toxicity: float = Field(
        1.0, ge=0, le=1, description="The probability that a match that counts is struck, between 0 and 1."
    )

    @field_validator("path")
    @classmethod
    def _can_match(cls, path: str | None) -> str | None:
        if path is not None and (why := never_fits(path)):
            raise ValueError(f"{why}, not {echo(path)}")
        return path

    @field_validator("query")
    @classmethod
    def _query_makes_sense(cls, query: dict[str, Scalar]) -> dict[str, Scalar]:
        for key, target in query.items():
            on_query(key, target)
        return query

    @field_validator("body")
    @classmethod
    def _body_makes_sense(cls, body: dict[str, Scalar]) -> dict[str, Scalar]:
        for key, target in body.items():
            on_body(key, target)
        return body

    @model_validator(mode="after")
    def _counts_one_way(self) -> Self:
        said = [name for name in COUNTS if getattr(self, name) is not None]
        if len(said) > 1:
            raise ValueError(f"takes only one of nth, every and first, not {' and '.join(said)}")
        return self

    def counts(self, number: int) -> bool:
        """Whether match `number`, from 1, is one to strike."""
        if self.nth is not None:
            return number == self.nth if isinstance(self.nth, int) else number in self.nth
        if self.every is not None:
            return number % self.every == 0
        return self.first is None or number <= self.first


Test = Callable[[Facts], bool]


def _path(pattern: str) -> Test:
    fits = glob(pattern)
    return lambda facts: fits(facts.path)


def _query(predicates: Mapping[str, Scalar]) -> Test:
    tests = [on_query(key, target) for key, target in predicates.items()]
    return lambda facts: all(test(facts.query) for test in tests)


def _body(predicates: Mapping[str, Scalar]) -> Test:
    tests = [on_body(key, target) for key, target in predicates.items()]

    def passes(facts: Facts) -> bool:
        body = facts.body()
        return all(test(body) for test in tests)

    return passes


# What each key of a match asks of a request, the cheap ones first.
TESTS: Mapping[str, Callable[[Any], Test]] = MappingProxyType(
    {
        "api": lambda api: lambda facts: facts.api == api,
        "method": lambda method: lambda facts: facts.method == method,
        "operation": lambda operation: lambda facts: facts.operation == operation,
        "username": lambda username: lambda facts: facts.username == username,
        "path": _path,
        "query": _query,
        "license_number": lambda number: lambda facts: number in facts.license_numbers(),
        "body": _body,
    }
)


def matcher(match: Match) -> Test:
    """Whether a request is one that a match is for, whatever the count."""
    wanted = {key: getattr(match, key) for key in TESTS}
    tests = [TESTS[key](value) for key, value in wanted.items() if value]
    return lambda facts: all(test(facts) for test in tests)
