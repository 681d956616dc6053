"""How many items a list of a request may have, asked before any of them is looked at."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True, slots=True)
class Count:
    """`Annotated[tuple[Item, ...], Count(1, 100)]`. Pydantic's own bounds count only the items that are good."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "minItems": self.least, "maxItems": self.most}

    def _check(self, value: Any) -> Any:
        if isinstance(value, list):
            if len(value) < self.least:
                raise PydanticCustomError(
                    "too_short", "must have at least {least} item", {"least": self.least}
                )
            if len(value) > self.most:
                raise PydanticCustomError("too_long", "must have at most {most} items", {"most": self.most})
        return value
