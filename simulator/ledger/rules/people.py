"""Rules about who sells and who buys."""

from collections.abc import Mapping
from types import MappingProxyType

from simulator.ledger.customers import CustomerType
from simulator.ledger.errors import Code, Violation
from simulator.ledger.rules.context import SaleContext, license_violations
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


def license_may_sell_here(sale: SaleContext) -> list[Violation]:
    """The license is known, visible, active, of the path's state, and retail capable."""
    license_ = None if sale.book is None else sale.book.license
    if license_ and license_.active and license_.retail and license_.state_code == sale.state_code:
        return []
    path = sale.at("license.license_number")
    found = license_violations(sale.ledger, sale.actor, sale.draft.license_number, sale.state_code, path)
    if license_ and not license_.retail:
        message = f"License {license_.number} ({license_.type_name}) is not retail capable."
        found.append(Violation(Code.LICENSE_NOT_RETAIL, message, path))
    return found


def customer_type_is_known(sale: SaleContext) -> list[Violation]:
    if sale.customer is not None:
        return []
    sent, known = sale.draft.customer_type_id, customer_types(sale.state_code)
    message = f"Customer type {echo(sent)} is not one of {listed(known)}.{did_you_mean(sent, known)}"
    return [Violation(Code.CUSTOMER_TYPE_UNKNOWN, message, sale.at("customer_types.id"))]


def identification_types_are_known(sale: SaleContext) -> list[Violation]:
    found: list[Violation] = []
    for index, (identification, kind) in enumerate(sale.shown):
        if kind is None:
            sent, known = identification.type_id, identification_types(sale.state_code)
            message = (
                f"Identification type {echo(sent)} is not one of {listed(known)}.{did_you_mean(sent, known)}"
            )
            found.append(
                Violation(
                    Code.IDENTIFICATION_TYPE_UNKNOWN, message, sale.at(f"identifications[{index}].types.id")
                )
            )
    return found


def customer_is_identified_as_their_type_needs(sale: SaleContext) -> list[Violation]:
    """Each customer type brings its own identifications; a driver's license comes with a birthday."""
    found: list[Violation] = []
    for needed in NEEDED_IDENTIFICATIONS[sale.customer] if sale.customer else ():
        if not any(kind is needed and each.value for each, kind in sale.shown):
            known = identification_types(sale.state_code)
            type_id = next(id_ for id_, kind in known.items() if kind is needed)
            message = f"A {sale.customer} needs an identification of type {needed} ({type_id})."
            found.append(Violation(Code.IDENTIFICATION_MISSING, message, sale.at("identifications")))
    for index, (each, kind) in enumerate(sale.shown):
        if kind is IdentificationType.DRIVERS_LICENSE and each.birthday is None:
            message = f"A {IdentificationType.DRIVERS_LICENSE} identification needs a birthday."
            found.append(
                Violation(Code.BIRTHDAY_MISSING, message, sale.at(f"identifications[{index}].birthday"))
            )
    return found


def customer_is_of_age(sale: SaleContext) -> list[Violation]:
    """Old enough on the day of the sale, by the state's calendar. A caregiver's patient may be of any age."""
    found: list[Violation] = []
    if sale.customer is None:
        return found
    # GAP(minimum-ages): a caregiver or visiting patient may be as young as a patient who buys alone.
    minimum = sale.state.minimum_age(sale.customer)
    day = sale.sold_at_local.date()
    for index, (each, kind) in enumerate(sale.shown):
        is_the_patient = kind is IdentificationType.PATIENT_ID
        if each.birthday is None or (sale.customer is CustomerType.CAREGIVER and is_the_patient):
            continue
        age = whole_years(each.birthday.date(), day)
        if age < minimum:
            message = f"The customer is {age} on {day}; an age of at least {minimum} is asked of a customer of type {sale.customer}."
            found.append(
                Violation(Code.CUSTOMER_UNDER_AGE, message, sale.at(f"identifications[{index}].birthday"))
            )
    return found


def employee_is_known_and_active(sale: SaleContext) -> list[Violation]:
    """GAP(employee-of-license): that they work at this license, and still do, is our reading."""
    found: list[Violation] = []
    if sale.book is None:
        return found
    sent = sale.draft.employee_id
    employee = sale.book.employees.get(sent)
    if employee is None:
        hint = did_you_mean(sent, sale.book.employees)
        message = f"Employee {echo(sent)} is not known on license {sale.book.license.number}.{hint}"
        found.append(Violation(Code.EMPLOYEE_UNKNOWN, message, sale.at("employees.id")))
    elif not employee.active:
        message = f"Employee {employee.name} is not active."
        found.append(Violation(Code.EMPLOYEE_INACTIVE, message, sale.at("employees.id")))
    return found
