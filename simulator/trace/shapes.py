"""The documented shapes once more, as structs: what pydantic explains best, msgspec decodes ten times as fast.

A struct takes what its model takes, less the extraordinary: it refuses keys that are not documented, and does not look
into texts. Who reads by it looks into those, and asks the model wherever there is any doubt.
"""

from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct, defstruct
from pydantic import BaseModel, BeforeValidator, FailFast, StringConstraints, WithJsonSchema
from pydantic.fields import FieldInfo

from simulator.wire.count import Count

LEFT_TO_THE_READER = (BeforeValidator, FailFast, FieldInfo, WithJsonSchema)


@cache
def struct_of(model: type[BaseModel]) -> type[Struct]:
    """A struct with the fields of a model: texts, truth values, and structs, lists and choices of such."""
    hints = get_type_hints(model, include_extras=True)
    fields: list[Any] = [
        (name, _shape(hints[name]), *([] if field.is_required() else [field.default]))
        for name, field in model.model_fields.items()
    ]
    return defstruct(model.__name__, fields, kw_only=True, forbid_unknown_fields=True, frozen=True, gc=False)


def _shape(hint: Any) -> Any:
    """The same in msgspec's terms. Raises TypeError for what has none here yet."""
    of = get_args(hint)
    match get_origin(hint):
        case None if hint in (str, bool, NoneType):
            return hint
        case None if isinstance(hint, type) and issubclass(hint, BaseModel):
            return struct_of(hint)
        case origin if origin is Literal:
            return hint
        case origin if origin is tuple:
            each: Any = _shape(of[0])
            return tuple[each, ...]
        case origin if origin in (Union, UnionType):
            return reduce(or_, map(_shape, of))
        case origin if origin is Annotated:
            return _bounded(_shape(of[0]), of[1:])
    raise TypeError(f"{hint!r} has no counterpart in a struct")


def _bounded(shape: Any, metadata: tuple[Any, ...]) -> Any:
    """With the bounds of its length. A pattern is left to the reader too: the only one is that against U+0000."""
    for each in metadata:
        match each:
            case StringConstraints(min_length=least, max_length=most) | Count(least=least, most=most):
                shape = Annotated[shape, Meta(min_length=least, max_length=most)]
            case _ if not isinstance(each, LEFT_TO_THE_READER):
                raise TypeError(f"{each!r} has no counterpart in a struct")
    return shape
