"""Rules about who sells and who buys."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simulator.ledger.customers import CustomerType
from simulator.ledger.errors import Code, Violation
from simulator.ledger.rules.context import SaleContext, license_violations
from simulator.ledger.states import STATES
from simulator.ledger.vocabulary import IdentificationType, customer_types, identification_types
from simulator.times import whole_years
from simulator.wording import did_you_mean, echo, listed

NEEDED_IDENTIFICATIONS: Mapping[CustomerType, tuple[IdentificationType, ...]] = MappingProxyType(
    {
        # GAP(identification-needs): the vendors say which types exist, not which a customer type needs.
        CustomerType.ADULT: (),
        CustomerType.PATIENT: (IdentificationType.PATIENT_ID,),
        CustomerType.CAREGIVER: (IdentificationType.CAREGIVER_ID, IdentificationType.PATIENT_ID),
        CustomerType.EXTERNAL_PATIENT: (IdentificationType.EXTERNAL_PATIENT_ID,),
    }
)


def license_may_sell_here(sale: SaleContext) -> Iterator[Violation]:
    """The license is known, visible, active, of the path's state, and retail capable."""
    path = sale.at("license.license_number")
    yield from license_violations(sale.ledger, sale.actor, sale.draft.license_number, sale.state_code, path)
    if sale.book and not sale.book.license.retail:
        license_ = sale.book.license
        message = f"License {license_.number} ({license_.type_name}) is not retail capable."
        yield Violation(Code.LICENSE_NOT_RETAIL, message, path)


def customer_type_is_known(sale: SaleContext) -> Iterator[Violation]:
    known = customer_types(sale.state_code)
    sent = sale.draft.customer_type_id
    if sent not in known:
        message = f"Customer type {echo(sent)} is not one of {listed(known)}.{did_you_mean(sent, known)}"
        yield Violation(Code.CUSTOMER_TYPE_UNKNOWN, message, sale.at("customer_types.id"))


def identification_types_are_known(sale: SaleContext) -> Iterator[Violation]:
    known = identification_types(sale.state_code)
    for index, identification in enumerate(sale.draft.identifications):
        sent = identification.type_id
        if sent not in known:
            message = (
                f"Identification type {echo(sent)} is not one of {listed(known)}.{did_you_mean(sent, known)}"
            )
            yield Violation(
                Code.IDENTIFICATION_TYPE_UNKNOWN, message, sale.at(f"identifications[{index}].types.id")
            )


def customer_is_identified_as_their_type_needs(sale: SaleContext) -> Iterator[Violation]:
    """Each customer type brings its own identifications; a driver's license comes with a birthday."""
    known = identification_types(sale.state_code)
    given = {known.get(each.type_id) for each in sale.draft.identifications if each.value}
    for needed in NEEDED_IDENTIFICATIONS[sale.customer] if sale.customer else ():
        if needed not in given:
            type_id = next(id_ for id_, kind in known.items() if kind is needed)
            message = f"A {sale.customer} needs an identification of type {needed} ({type_id})."
            yield Violation(Code.IDENTIFICATION_MISSING, message, sale.at("identifications"))
    for index, each in enumerate(sale.draft.identifications):
        if known.get(each.type_id) is IdentificationType.DRIVERS_LICENSE and each.birthday is None:
            message = f"A {IdentificationType.DRIVERS_LICENSE} identification needs a birthday."
            yield Violation(Code.BIRTHDAY_MISSING, message, sale.at(f"identifications[{index}].birthday"))


def customer_is_of_age(sale: SaleContext) -> Iterator[Violation]:
    """Old enough on the day of the sale, by the state's calendar. A caregiver's patient may be of any age."""
    if sale.customer is None:
        return
    state = STATES[sale.state_code]
    # GAP(minimum-ages): a caregiver or visiting patient may be as young as a patient who buys alone.
    minimum = state.minimum_age(sale.customer)
    day = state.day_of(sale.draft.sold_at)
    known = identification_types(sale.state_code)
    for index, each in enumerate(sale.draft.identifications):
        is_the_patient = known.get(each.type_id) is IdentificationType.PATIENT_ID
        if each.birthday is None or (sale.customer is CustomerType.CAREGIVER and is_the_patient):
            continue
        age = whole_years(each.birthday.date(), day)
        if age < minimum:
            message = f"The customer is {age} on {day}; an age of at least {minimum} is asked of a customer of type {sale.customer}."
            yield Violation(Code.CUSTOMER_UNDER_AGE, message, sale.at(f"identifications[{index}].birthday"))


def employee_is_known_and_active(sale: SaleContext) -> Iterator[Violation]:
    """GAP(employee-of-license): that they work at this license, and still do, is our reading."""
    if sale.book is None:
        return
    path, sent = sale.at("employees.id"), sale.draft.employee_id
    employee = sale.book.employees.get(sent)
    if employee is None:
        hint = did_you_mean(sent, sale.book.employees)
        message = f"Employee {echo(sent)} is not known on license {sale.book.license.number}.{hint}"
        yield Violation(Code.EMPLOYEE_UNKNOWN, message, path)
    elif not employee.active:
        yield Violation(Code.EMPLOYEE_INACTIVE, f"Employee {employee.name} is not active.", path)
