"""The one place that says no: a command against the ledger as it stands gives events, or raises Rejected."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from simulator.ledger.closing import finalize_receipts, unfinalize_receipts
from simulator.ledger.commands import (
    AdoptHistory,
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
from simulator.ledger.events import EmployeeHired, HistoryAdopted, LicenseOpened, LotReceived
from simulator.ledger.recording import record_sales
from simulator.ledger.state import Ledger
from simulator.ledger.updating import change_price, change_quantity, refund_sale, void_receipt

Decide = Callable[[Ledger, Any, datetime], Decision]

DECIDERS: Mapping[type, Decide] = MappingProxyType(
    {
        RecordSales: record_sales,
        ChangePrice: change_price,
        ChangeQuantity: change_quantity,
        RefundSale: refund_sale,
        VoidReceipt: void_receipt,
        FinalizeReceipts: finalize_receipts,
        UnfinalizeReceipts: unfinalize_receipts,
        # What a recipe sets up is checked when the recipe is read.
        OpenLicense: lambda _ledger, command, _now: Decision((LicenseOpened(command.license),)),
        HireEmployee: lambda _ledger, command, _now: Decision((EmployeeHired(command.employee),)),
        ReceiveLot: lambda _ledger, command, _now: Decision((LotReceived(command.lot),)),
        AdoptHistory: lambda _ledger, command, _now: Decision(
            (HistoryAdopted(command.license_number, command.past, command.lots),)
        ),
    }
)


def decide(ledger: Ledger, command: Command, now: datetime) -> Decision:
    """What follows from `command` at the instant `now` (UTC). Changes nothing; raises Rejected to refuse."""
    return DECIDERS[type(command)](ledger, command, now)
