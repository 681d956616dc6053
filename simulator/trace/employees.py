"""GET config/employees: who may ring up a sale."""

from datetime import UTC, datetime, time

from simulator.ledger.errors import Code, Rejected, Violation
from simulator.ledger.model import Employee, StateChange
from simulator.ledger.state import Book
from simulator.trace import envelope
from simulator.trace.auth import licensed
from simulator.trace.envelope import JSON
from simulator.trace.params import EmployeeQuery, LicenseQuery
from simulator.trace.present import history, license_shape
from simulator.wire.answer import Answer
from simulator.wire.operation import Call
from simulator.wording import did_you_mean, echo


def list_employees(call: Call[EmployeeQuery, None]) -> Answer:
    """Employees in `entity_state` (active unless asked otherwise). No pages, as documented.

    GAP(employee-dates): which date the two dates bound is not documented; here it is that of hiring.
    """
    book, query = licensed(call), call.query
    active = query.entity_state in (None, "active")
    rows = [
        employee
        for employee in book.employees.values()
        # GAP(deleted-employees): nobody is ever deleted here; `inactive` holds those whose employment ended.
        if employee.active is active
        and query.entity_state != "deleted"
        and (query.start_date is None or hired_at(employee) >= query.start_date)
        and (query.end_date is None or hired_at(employee) <= query.end_date)
    ]
    return envelope.several([employee_shape(employee, book) for employee in rows])


def read(call: Call[LicenseQuery, None]) -> Answer:
    book = licensed(call)
    employee_id: str = call.request.path_params["id"]
    employee = book.employees.get(employee_id)
    if employee is None:
        hint = did_you_mean(employee_id, book.employees)
        message = f"Employee {echo(employee_id)} does not exist on license {book.license.number}.{hint}"
        raise Rejected([Violation(Code.EMPLOYEE_UNKNOWN, message, "id")])
    return envelope.one(employee_shape(employee, book))


def hired_at(employee: Employee) -> datetime:
    return datetime.combine(employee.hired_on, time.min, tzinfo=UTC)


def employee_shape(employee: Employee, book: Book) -> JSON:
    """As documented. Nobody's credentials are ever shown."""
    changes = [StateChange("active", hired_at(employee), "employee created", "system generated")]
    if not employee.active:
        changes.append(StateChange("inactive", hired_at(employee), "employment ended", "system generated"))
    license_ = book.license
    return {
        "id": employee.id,
        "name": {"first_name": employee.first_name, "last_name": employee.last_name},
        "email_address": employee.email,
        "phone_number": "",
        "type": {"id": "1", "name": "Budtender"},
        "company": {"id": license_.number, "name": license_.name},
        "facilities": [{"id": license_.number, "name": license_.name, "license": license_shape(license_)}],
        "occupational_licenses": [],
        "credentials": [],
        "permission_groups": [],
        "birthday": None,
        "hire_date": employee.hired_on.isoformat(),
        "termination_date": "",
        "entity_state": history(changes),
    }
