"""What a load generator reads of the two APIs' answers: as little as it needs, as every byte read is time of its own."""

from msgspec import Struct, json


class Totals(Struct):
    """`total` where a sale is read or recorded, `amount` where it was changed."""

    total: str = ""
    amount: str = ""


class Entry(Struct):
    state: str
    date: str


class Sale(Struct):
    """Of Trace."""

    id: str
    receipt_number: str
    totals: Totals
    entity_state: list[Entry]
    external_id: str | None = None

    @property
    def total(self) -> str:
        return self.totals.amount or self.totals.total

    @property
    def recorded_at(self) -> str:
        """ISO 8601, in UTC."""
        return self.entity_state[0].date

    @property
    def state(self) -> str:
        return self.entity_state[-1].state if self.entity_state else ""


class _One(Struct):
    data: Sale


class _Records(Struct):
    total: int


class _Several(Struct):
    records: _Records
    data: list[Sale]


class TraceSale(Struct):
    results: _One


class TraceSales(Struct):
    results: _Several


class Receipt(Struct):
    """Of T3."""

    id: int
    receiptNumber: str  # noqa: N815 - T3's keys
    totalPrice: float  # noqa: N815
    lastModified: str  # noqa: N815
    isFinal: bool  # noqa: N815
    index: str


class Page(Struct):
    data: list[Receipt]
    total: int
    totalPages: int  # noqa: N815
    pageSize: int  # noqa: N815


class _Refusal(Struct):
    type: str = ""


class _Refused(Struct):
    errors: list[_Refusal] = []
    error: _Refusal | None = None


read_sale = json.Decoder(TraceSale).decode
read_sales = json.Decoder(TraceSales).decode
read_page = json.Decoder(Page).decode
_read_refused = json.Decoder(_Refused).decode


def reason(status: int, content: bytes) -> str:
    """Why a request failed, in words that are the same for all that failed alike: `400 total_mismatch`."""
    if not status:
        return "no answer"
    try:
        refused = _read_refused(content)
    except (ValueError, RecursionError):
        return str(status)
    told = [*refused.errors, *([refused.error] if refused.error else [])]
    return " ".join([str(status), *dict.fromkeys(each.type for each in told if each.type)])
