"""The package operations, so that an integrator sees stock fall with a sale and return with a void."""

from collections.abc import Callable

from simulator.ledger.model import Lot
from simulator.t3.auth import licensed
from simulator.t3.envelope import page_response
from simulator.t3.packages import is_active, is_inactive, is_on_hold, packages_of
from simulator.t3.params import CollectionQuery
from simulator.wire.answer import Answer
from simulator.wire.operation import Call


def list_active(call: Call[CollectionQuery, None]) -> Answer:
    return _list(call, is_active)


def list_inactive(call: Call[CollectionQuery, None]) -> Answer:
    return _list(call, is_inactive)


def list_on_hold(call: Call[CollectionQuery, None]) -> Answer:
    return _list(call, is_on_hold)


def _list(call: Call[CollectionQuery, None], listed: Callable[[Lot], bool]) -> Answer:
    book = licensed(call)
    lots = [lot for lot in book.lots.values() if listed(lot)]
    return page_response(packages_of(book.license), lots, call.query, book.license, call.now)
