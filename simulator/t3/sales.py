"""The sales receipt operations: two lists, the lines of one receipt, and two corrections that may be dry runs."""

from simulator.ledger.commands import Command, UnfinalizeReceipts, VoidReceipt
from simulator.t3.auth import licensed
from simulator.t3.envelope import page_json, page_of, page_response
from simulator.t3.errors import not_found
from simulator.t3.lists import Listed, finding, pieces, rows
from simulator.t3.params import CollectionQuery, TransactionsQuery, WriteQuery
from simulator.t3.receipts import receipts_of
from simulator.t3.schemas import ReceiptId
from simulator.t3.transactions import Transaction, transactions_of
from simulator.times import iso_utc
from simulator.wire.answer import Answer, json_answer
from simulator.wire.operation import Call, Preparing


def list_active(call: Call[CollectionQuery, None]) -> Answer:
    return _list(call, Listed.ACTIVE)


def find_active(call: Call[CollectionQuery, None]) -> Preparing | None:
    """What has to be done before the list is written."""
    return finding(call, Listed.ACTIVE)


def list_inactive(call: Call[CollectionQuery, None]) -> Answer:
    return _list(call, Listed.INACTIVE)


def find_inactive(call: Call[CollectionQuery, None]) -> Preparing | None:
    return finding(call, Listed.INACTIVE)


def _list(call: Call[CollectionQuery, None], listed: Listed) -> Answer:
    book = licensed(call)
    collection = receipts_of(book.license)
    page = page_of(rows(call, book, listed), call.query)
    return Answer(page_json(page, pieces(collection, page.rows), iso_utc(call.now)))


def list_transactions(call: Call[TransactionsQuery, None]) -> Answer:
    """Lines of one receipt.

    GAP(archived-lines): those of a voided or refunded receipt are archived, so they come only with `includeHistory`.
    """
    book = licensed(call)
    receipt = book.receipt(call.query.sales_receipt_id)
    if receipt is None:
        # GAP(unknown-receipt): neighbouring endpoints document 404 for an id outside the license.
        raise not_found(
            f"Sales receipt with id={call.query.sales_receipt_id} was not found in license {book.license.number}"
        )
    sold = [Transaction(receipt, line, book.lots[line.lot_id]) for line in receipt.lines]
    current = [row for row in sold if call.query.include_history or not row.archived]
    return page_response(transactions_of(book.license), current, call.query, book.license, call.now)


def unfinalize(call: Call[WriteQuery, list[ReceiptId]]) -> Answer:
    ids = tuple(each.id for each in call.body)
    return _write(call, UnfinalizeReceipts(call.account.actor, licensed(call).license.number, ids))


def void(call: Call[WriteQuery, ReceiptId]) -> Answer:
    return _write(call, VoidReceipt(call.account.actor, licensed(call).license.number, call.body.id))


def _write(call: Call[WriteQuery, list[ReceiptId]] | Call[WriteQuery, ReceiptId], command: Command) -> Answer:
    """Only the exact text `true` writes.

    GAP(dry-run-depth): whether T3 looks at a receipt's state in a dry run is not documented; here it does, so that a
    dry run tells what the submit would.
    """
    if call.query.submit == "true":
        call.execute(command)
        return json_answer({"message": "Success"})
    call.world.rehearse(command, call.now)
    return json_answer({"message": "Dry run"})
