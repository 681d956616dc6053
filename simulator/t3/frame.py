"""The fields T3 puts around every object it got from Metrc."""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.ledger.model import License
from simulator.query.fields import Field, Kind
from simulator.t3.collection import Common, constant


def frame(model: str, license_: License, index: Callable[[Any], str] | None = None) -> Sequence[Field]:
    """`hostname`, `dataModel`, `licenseNumber` and, where the model has one, `index`.

    GAP(frame-values): `dataModel` is the model's own name, `retrievedAt` the simulated now with a `Z`.
    """
    fields: list[Field] = [
        constant("hostname", Kind.TEXT, license_.state.host),
        constant("dataModel", Kind.TEXT, model),
        constant("licenseNumber", Kind.TEXT, license_.number),
    ]
    return [*fields, Common("index", Kind.TEXT, index)] if index else fields
