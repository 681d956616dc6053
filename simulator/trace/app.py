"""Trace as a façade."""

from collections.abc import Iterator
from typing import Any

from simulator.trace.auth import authenticate
from simulator.trace.errors import crash, refuse, unauthorized
from simulator.trace.operations import OPERATIONS
from simulator.trace.params import gather
from simulator.wire.facade import Facade

PATHS = tuple(dict.fromkeys(operation.path for operation in OPERATIONS))


def licenses(body: Any) -> Iterator[str]:
    """The license numbers a body names: its own, or those of its sales."""
    sales = body.get("sales") if isinstance(body, dict) else None
    for each in [body, *(sales if isinstance(sales, list) else ())]:
        license_ = each.get("license") if isinstance(each, dict) else None
        number = license_.get("license_number") if isinstance(license_, dict) else None
        if isinstance(number, str):
            yield number


FACADE = Facade(
    api="trace",
    operations=OPERATIONS,
    authenticate=authenticate,
    gather=gather,
    refuse=refuse,
    crash=crash,
    unauthorized=unauthorized,
    license_parameter="license_number",
    licenses=licenses,
    paths=PATHS,
)
