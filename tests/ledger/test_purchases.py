"""What a customer bought before: kept and folded receipt by receipt, it is what adding everything up anew gives."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from support.builders import (
    ACTOR,
    BULK,
    CART,
    EIGHTH,
    GUMMY,
    NOW,
    SHOP,
    a_line,
    a_sale,
    a_world,
    amounts,
)

from simulator.ledger.commands import (
    ChangeQuantity,
    FinalizeReceipts,
    RecordSales,
    RefundSale,
    UnfinalizeReceipts,
    VoidReceipt,
)
from simulator.ledger.customers import CustomerType
from simulator.ledger.errors import Rejected
from simulator.ledger.limits import Limit
from simulator.ledger.model import Identification, ReceiptState
from simulator.ledger.products import Item
from simulator.ledger.purchases import Customer, customer_of
from simulator.ledger.state import Book
from simulator.ledger.states import STATES
from simulator.world import World

PEOPLE = ("CADL1", "CADL2", "")
LOTS = {"EIGHTH": EIGHTH, "BULK": BULK, "CART": CART, "GUMMY": GUMMY}
STEPS = st.one_of(
    st.tuples(
        st.just("sell"),
        st.sampled_from(PEOPLE),
        st.sampled_from(sorted(LOTS)),
        st.integers(1, 3),
        st.integers(0, 2),
    ),
    st.tuples(
        st.sampled_from(["void", "refund", "refund one", "more", "less", "close", "open", "look"]),
        st.integers(0, 5),
    ),
)


def naive(book: Book, customer: Customer, days_ago: int) -> dict[Limit, Decimal]:
    """Drawn on the day so many days ago, over all receipts."""
    state = book.license.state
    day = state.day_of(NOW - timedelta(days=days_ago))
    used = {}
    for limit in state.limits:
        if not limit.applies_to(customer.type, out_of_state=customer.out_of_state, age=customer.age):
            continue
        used[limit] = sum(
            (
                limit.used([(book.lots[line.lot_id].item, line.quantity) for line in receipt.lines])
                for receipt in book.receipts.values()
                if receipt.state is not ReceiptState.VOIDED
                and receipt.customer_type is customer.type
                and state.day_of(receipt.sold_at) == day
                and any((each.type_id, each.value) == customer.id for each in receipt.identifications)
            ),
            Decimal(0),
        )
    return used


def take(world: World, step: tuple[object, ...]) -> None:
    """One step; what the ledger refuses changes nothing."""
    book = world.ledger.books[SHOP]
    match step:
        case ("sell", str(person), str(lot), int(quantity), int(days_ago)):
            sold_at = NOW - timedelta(days=days_ago)
            sale = a_sale(
                a_line(LOTS[lot], str(quantity)),
                sold_at=sold_at,
                identifications=(Identification("CAKOMIT0001", person, NOW.replace(year=1980)),),
            )
            world.execute(RecordSales(ACTOR, "ca", (sale,)))
        case (str(action), int(index)) if book.receipts:
            receipt = list(book.receipts.values())[index % len(book.receipts)]
            (line, *_) = receipt.lines
            name = next(key for key, lot in LOTS.items() if lot == book.lots[line.lot_id].trace_id)
            more, less = str(line.quantity + 1), str(line.quantity - 1)
            if action == "void":
                world.execute(VoidReceipt(ACTOR, SHOP, receipt.id))
            elif action == "refund":
                world.execute(RefundSale(ACTOR, "ca", SHOP, receipt.id, NOW))
            elif action == "refund one":
                world.execute(RefundSale(ACTOR, "ca", SHOP, receipt.id, NOW, amounts(**{name: "1"})))
            elif action in ("more", "less"):
                wanted = amounts(**{name: more if action == "more" else less})
                world.execute(ChangeQuantity(ACTOR, "ca", SHOP, receipt.id, NOW, wanted))
            elif action == "close":
                world.execute(FinalizeReceipts(ACTOR, SHOP, (receipt.id,)))
            elif action == "open":
                world.execute(UnfinalizeReceipts(ACTOR, SHOP, (receipt.id,)))


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_it_is_what_adding_everything_up_anew_gives(steps: list[tuple[object, ...]]) -> None:
    world = a_world()
    book = world.ledger.books[SHOP]
    basket = [(book.lots[book.lot_id(lot)].item, Decimal(1)) for lot in LOTS.values()]
    for step in steps:
        try:
            take(world, step)
        except Rejected:
            continue
        if step[0] == "look":
            # Looking folds what is new; looking between changes must not lose or repeat any.
            compare(book, basket)
    compare(book, basket)


def compare(book: Book, basket: list[tuple[Item, Decimal]]) -> None:
    for person in PEOPLE[:2]:
        customer = Customer(CustomerType.ADULT, out_of_state=False, id=("CAKOMIT0001", person), age=46)
        for days_ago in range(3):
            uses = book.purchases.uses(
                customer, book.license.state.day_of(NOW - timedelta(days=days_ago)), basket
            )
            expected = naive(book, customer, days_ago)
            assert {limit: earlier for limit, (now, earlier) in uses.items() if now} == {
                limit: used for limit, used in expected.items() if uses[limit][0]
            }


def test_who_a_customer_is() -> None:
    born = NOW.replace(year=1990)
    license_, patient, caregiver = (Identification(f"CAKOMIT000{n}", f"N{n}", born) for n in (1, 2, 3))

    def known(kind: CustomerType, *shown: Identification) -> Customer:
        return customer_of(STATES["ca"], kind, shown, False, NOW.date())

    assert known(CustomerType.ADULT, license_) == Customer(
        CustomerType.ADULT, False, ("CAKOMIT0001", "N1"), 36
    )
    assert known(CustomerType.ADULT).id is None
    assert known(CustomerType.PATIENT, license_, patient).id == ("CAKOMIT0002", "N2")
    assert known(CustomerType.CAREGIVER, license_, caregiver, patient).id == ("CAKOMIT0002", "N2")
    child = Identification("CAKOMIT0002", "N4", NOW.replace(year=2014))
    assert known(CustomerType.CAREGIVER, license_, caregiver, child).age == 12
    assert known(CustomerType.CAREGIVER, license_, caregiver).age is None
