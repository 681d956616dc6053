"""Request bodies of T3's operations."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from simulator.wire.count import Count

METRC_HOST = r"^([a-zA-Z0-9-]+\.)*metrc\.com$"
LARGEST_ID = 2**63 - 1


def _json_integer(value: Any) -> Any:
    """GAP(integer-ids): JSON Schema's integer, `1` and `1.0`, but neither `true` nor `"1"`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise PydanticCustomError("integer_type", "must be an integer")
    return int(value)


class Body(BaseModel):
    """GAP(extra-body-keys): keys beyond the documented ones are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, defer_build=True)


class ReceiptId(Body):
    id: Annotated[int, BeforeValidator(_json_integer)] = Field(
        description="Id of the sales receipt.", examples=[12345], ge=0, le=LARGEST_ID
    )


class Credentials(Body):
    username: str = Field(examples=["demo"])
    password: str = Field(examples=["demo"])
    hostname: str = Field(pattern=METRC_HOST, examples=["ca.metrc.com"])
    otp: str | None = Field(
        None, description="One-time password; required for Michigan.", pattern=r"^[0-9]{6}$"
    )
    email: str | None = Field(None, description="Needed by the real service for Colorado; not checked here.")


class ApiKey(Body):
    api_key: str = Field(examples=["e829nde3l87ks9d832gfdavhg450d9mw"])
    state_code: str = Field(examples=["CA"])


class SecretKeyRequest(Body):
    username: str = Field(examples=["demo"])
    password: str = Field(examples=["demo"])
    hostname: str = Field(pattern=METRC_HOST, examples=["ca.metrc.com"])
    otp_seed: str | None = Field(None, description="Seed of a time-based one-time password, for Michigan.")


# GAP(largest-unfinalize): whether a request may name any number of receipts is not documented.
MOST_RECEIPTS = 1000

ONE_RECEIPT: TypeAdapter[ReceiptId] = TypeAdapter(ReceiptId)
# GAP(unfinalize-empty): an empty list is refused; whether T3 takes one is not documented.
RECEIPTS: TypeAdapter[list[ReceiptId]] = TypeAdapter(
    Annotated[list[ReceiptId], Count(1, MOST_RECEIPTS)], config=ConfigDict(defer_build=True)
)
CREDENTIALS = TypeAdapter(Credentials)
API_KEY = TypeAdapter(ApiKey)
SECRET_KEY_REQUEST = TypeAdapter(SecretKeyRequest)
