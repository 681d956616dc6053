"""The operations of both APIs, by their ids."""

from simulator.t3.openapi import ALL_OPERATIONS as T3_OPERATIONS
from simulator.trace.operations import OPERATIONS as TRACE_OPERATIONS
from simulator.wording import did_you_mean, echo, listed

OPERATION_IDS = frozenset(operation.id for operation in (*T3_OPERATIONS, *TRACE_OPERATIONS))


def not_served(operation: str | None) -> str | None:
    """Why no request can be of this operation; None where one can, or none is named."""
    if operation is None or operation in OPERATION_IDS:
        return None
    return (
        f"{echo(operation)} is not an operation.{did_you_mean(operation, OPERATION_IDS)} "
        f"Operations: {listed(sorted(OPERATION_IDS))}"
    )
