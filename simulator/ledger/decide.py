"""The one place that says no: a command against the ledger as it stands gives events, or raises Rejected."""

from datetime import datetime

from simulator.ledger.closing import finalize_receipts, unfinalize_receipts
from simulator.ledger.commands import (
    ChangePrice,
    ChangeQuantity,
    Command,
    FinalizeReceipts,
    HireEmployee,
    OpenLicense,
    ReceiveLot,
    RecordSales,
    RefundSale,
    UnfinalizeReceipts,
    VoidReceipt,
)
from simulator.ledger.decision import Decision
from simulator.ledger.events import EmployeeHired, LicenseOpened, LotReceived
from simulator.ledger.recording import record_sales
from simulator.ledger.state import Ledger
from simulator.ledger.updating import change_price, change_quantity, refund_sale, void_receipt


def decide(ledger: Ledger, command: Command, now: datetime) -> Decision:  # noqa: PLR0911 - one return a command
    """What follows from `command` at the instant `now` (UTC). Changes nothing; raises Rejected to refuse."""
    match command:
        case RecordSales():
            return record_sales(ledger, command, now)
        case ChangePrice():
            return change_price(ledger, command, now)
        case ChangeQuantity():
            return change_quantity(ledger, command, now)
        case RefundSale():
            return refund_sale(ledger, command, now)
        case VoidReceipt():
            return void_receipt(ledger, command, now)
        case FinalizeReceipts():
            return finalize_receipts(ledger, command, now)
        case UnfinalizeReceipts():
            return unfinalize_receipts(ledger, command, now)
        case OpenLicense(license_):
            return Decision((LicenseOpened(license_),))
        case HireEmployee(employee):
            return Decision((EmployeeHired(employee),))
        case ReceiveLot(lot):
            return Decision((LotReceived(lot),))
