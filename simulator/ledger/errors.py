"""Why the ledger says no: every violation at once, each with a stable code, a message and a path."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Stable codes, documented one by one in docs/errors.md."""

    LICENSE_UNKNOWN = "license_unknown"
    LICENSE_NOT_VISIBLE = "license_not_visible"
    LICENSE_INACTIVE = "license_inactive"
    LICENSE_NOT_RETAIL = "license_not_retail"
    LICENSE_IN_OTHER_STATE = "license_in_other_state"
    CUSTOMER_TYPE_UNKNOWN = "customer_type_unknown"
    IDENTIFICATION_TYPE_UNKNOWN = "identification_type_unknown"
    IDENTIFICATION_MISSING = "identification_missing"
    BIRTHDAY_MISSING = "birthday_missing"
    CUSTOMER_UNDER_AGE = "customer_under_age"
    EMPLOYEE_UNKNOWN = "employee_unknown"
    EMPLOYEE_INACTIVE = "employee_inactive"
    LOT_UNKNOWN = "lot_unknown"
    LOT_INACTIVE = "lot_inactive"
    LOT_ON_HOLD = "lot_on_hold"
    LOT_LAB_STATE = "lot_lab_state"
    STOCK_INSUFFICIENT = "stock_insufficient"
    QUANTITY_NOT_POSITIVE = "quantity_not_positive"
    QUANTITY_NOT_WHOLE = "quantity_not_whole"
    PRICE_NEGATIVE = "price_negative"
    DISCOUNT_OUT_OF_RANGE = "discount_out_of_range"
    TAX_TYPE_UNKNOWN = "tax_type_unknown"
    TAX_NEGATIVE = "tax_negative"
    LINE_TOTAL_MISMATCH = "line_total_mismatch"
    SUBTOTAL_MISMATCH = "subtotal_mismatch"
    QUANTITY_MISMATCH = "quantity_mismatch"
    TOTAL_MISMATCH = "total_mismatch"
    PAYMENT_TYPE_UNKNOWN = "payment_type_unknown"
    PAYMENT_NEGATIVE = "payment_negative"
    PAYMENTS_MISMATCH = "payments_mismatch"
    CURRENCY_UNKNOWN = "currency_unknown"
    CURRENCY_MISMATCH = "currency_mismatch"
    DATE_IN_FUTURE = "date_in_future"
    PURCHASE_LIMIT_EXCEEDED = "purchase_limit_exceeded"
    RECEIPT_ID_TAKEN = "receipt_id_taken"
    SALE_UNKNOWN = "sale_unknown"
    TRANSITION_REFUSED = "transition_refused"
    LOT_NOT_ON_SALE = "lot_not_on_sale"
    LOT_REPEATED = "lot_repeated"
    LOT_AMBIGUOUS = "lot_ambiguous"
    REFUND_EXCEEDS_SALE = "refund_exceeds_sale"


@dataclass(frozen=True, slots=True)
class Violation:
    """`path` names the place in the request in Trace's own terms, the only API that carries sale bodies."""

    code: Code
    message: str
    path: str = ""


class Rejected(Exception):  # noqa: N818 - what the ledger does, not a fault
    """The command may not happen now. Nothing has changed."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(" ".join(violation.message for violation in self.violations))
