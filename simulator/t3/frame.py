"""The fields T3 puts around every object it got from Metrc."""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.ledger.model import License
from simulator.query.fields import Field, Kind


def frame(model: str, license_: License, index: Callable[[Any], str] | None = None) -> Sequence[Field]:
    """`hostname`, `dataModel`, `licenseNumber` and, where the model has one, `index`.

    GAP(frame-values): `dataModel` is the model's own name, `retrievedAt` the simulated now with a `Z`.
    """
    host, number = license_.state.host, license_.number
    fields = [
        Field("hostname", Kind.TEXT, lambda _row: host),
        Field("dataModel", Kind.TEXT, lambda _row: model),
        Field("licenseNumber", Kind.TEXT, lambda _row: number),
    ]
    return [*fields, Field("index", Kind.TEXT, index)] if index else fields
