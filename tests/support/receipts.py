"""Any receipts, the oddest included: they need not be such as the ledger would record."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from simulator.ledger.customers import CustomerType
from simulator.ledger.model import (
    Identification,
    Line,
    Payment,
    Receipt,
    ReceiptState,
    StateChange,
    Tax,
)

TEXTS = st.one_of(
    st.sampled_from(["", "a", "Straße", "\u0000", "🌿 flower", "x" * 300]),
    st.text(st.characters(codec="utf-8"), max_size=8),
)
NUMBERS = st.one_of(st.sampled_from([0, 1, 123, 2**31, 2**53 + 1]), st.integers(0, 2**60))
AMOUNTS = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0", "0.00", "-0", "1.5", "1.50", "1E+2", "0.0001", "-3")]),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
)
LOCAL_TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001 - local
    lambda at: at.replace(fold=0)
)
"""No text tells which of the two hours is meant that a clock shows twice."""
MOMENTS = LOCAL_TIMES.map(lambda at: at.replace(tzinfo=UTC))
HEX = st.binary(min_size=16, max_size=16).map(bytes.hex)
TRACE_IDS = st.one_of(HEX, HEX.map(str.upper), TEXTS, st.sampled_from(["ab", "a b", "abc", "ab cd"]))
TAXES = st.lists(st.builds(Tax, TEXTS, TEXTS, AMOUNTS, AMOUNTS), max_size=2).map(tuple)
ONE, ALIKE = (
    (Tax("KOMTAX0001", "Sales Tax", Decimal(rate), Decimal(total)),)
    for rate, total in (("1.5", "2"), ("1.50", "2.00"))
)
"""Equal, and not the same text."""
ANY_TAXES = st.one_of(TAXES, st.sampled_from([ONE, ALIKE]))


@st.composite
def any_receipts(draw: st.DrawFn, license_number: str = "SHOP") -> Receipt:
    id_ = draw(NUMBERS)
    some = st.lists
    return Receipt(
        id=id_,
        trace_id=draw(TRACE_IDS),
        license_number=license_number,
        number=draw(st.one_of(st.just(f"{id_:09}"), st.just(str(id_)), TEXTS)),
        state=draw(st.sampled_from(ReceiptState)),
        customer_type=draw(st.sampled_from(CustomerType)),
        customer_type_id=draw(TEXTS),
        external_id=draw(st.none() | TEXTS),
        terminal=draw(TEXTS),
        sold_at=draw(MOMENTS),
        local_time=draw(LOCAL_TIMES),
        out_of_state=draw(st.booleans()),
        identifications=tuple(
            draw(some(st.builds(Identification, TEXTS, TEXTS, st.none() | MOMENTS), max_size=3))
        ),
        employee_id=draw(TEXTS),
        lines=tuple(
            draw(
                some(
                    st.builds(
                        Line,
                        NUMBERS,
                        NUMBERS,
                        AMOUNTS,
                        AMOUNTS,
                        st.none() | AMOUNTS,
                        ANY_TAXES,
                        AMOUNTS,
                        AMOUNTS,
                    ),
                    max_size=3,
                )
            )
        ),
        currency_id=draw(TEXTS),
        subtotal=draw(AMOUNTS),
        quantity=draw(AMOUNTS),
        total=draw(AMOUNTS),
        payments=tuple(
            draw(some(st.builds(Payment, TEXTS, AMOUNTS, st.none() | TEXTS, st.none() | TEXTS), max_size=2))
        ),
        recorded_at=draw(MOMENTS),
        recorded_by=draw(TEXTS),
        modified_at=draw(MOMENTS),
        history=tuple(draw(some(st.builds(StateChange, TEXTS, MOMENTS, TEXTS, TEXTS), max_size=3))),
        archived_at=draw(st.none() | MOMENTS),
    )
