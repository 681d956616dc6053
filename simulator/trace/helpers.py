"""The six sale helper lists: ids and names of everything a sale refers to, for the path's state."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simulator.ledger.vocabulary import (
    ACTION_DESCRIPTIONS,
    CURRENCIES,
    TAX_TYPES,
    UPDATE_ACTIONS,
    customer_types,
    identification_types,
    payment_types,
)
from simulator.trace import envelope
from simulator.trace.auth import state_of
from simulator.wire.answer import Answer
from simulator.wire.operation import Call

Vocabulary = Callable[[str], Mapping[str, str]]

# GAP(helper-paths): those of identification types and tax types are read from the names of the others.
HELPERS: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "actions": lambda _state: UPDATE_ACTIONS,
        "customer_types": customer_types,
        "identification_types": identification_types,
        "currency_types": lambda _state: CURRENCIES,
        "payment_types": payment_types,
        "tax_types": lambda _state: TAX_TYPES,
    }
)


def helper(name: str) -> Callable[[Call[None, None]], Answer]:
    """The handler of one list; only actions have descriptions."""
    vocabulary = HELPERS[name]

    def list_helper(call: Call[None, None]) -> Answer:
        rows = [{"id": id_, "name": str(meaning)} for id_, meaning in vocabulary(state_of(call)).items()]
        if name == "actions":
            for row in rows:
                row["description"] = ACTION_DESCRIPTIONS[UPDATE_ACTIONS[row["id"]]]
        return envelope.several(rows)

    return list_helper
