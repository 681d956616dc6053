"""Requests as faults see them."""

from datetime import UTC, datetime
from typing import Any

from simulator.faults import Facts

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
SALES: dict[str, Any] = {
    "sales": [
        {"external_id": "A-1", "total": "9.00", "line_items": [{"quantity": "1"}, {"quantity": "2.5"}]},
        {"external_id": None, "total": "11.50", "line_items": []},
    ],
    "note": "Late",
    "count": 2,
    "paid": True,
    "a__b": "two underscores",
}
"""A body with everything that a predicate may meet."""


def some_facts(**bent: Any) -> Facts:
    """A sale sent to Trace by `kim` about SHOP; `license_numbers` and `body` are given as what they hold."""
    licenses, body = bent.pop("license_numbers", ("SHOP",)), bent.pop("body", SALES)
    usual: dict[str, Any] = {
        "api": "trace",
        "operation": "state_v1_sales_post",
        "method": "POST",
        "path": "/ca/v1/sales",
        "license_numbers": lambda: licenses,
        "username": "kim",
        "query": (("page", "2"), ("submit", "true"), ("filter", "total__gt:5"), ("filter", "note__eq:Late")),
        "body": lambda: body,
    }
    return Facts(**(usual | bent))
