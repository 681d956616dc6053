"""The employees of a license: those that sales name, and one for everybody who recorded where none is named."""

from collections import Counter
from datetime import date

from simulator.importing.told import Told, ToldEmployee
from simulator.ledger.model import Employee
from simulator.ledger.state import derived_id

FIRST_NAME, LAST_NAME = "Imported", "Employee"


class Staff:
    def __init__(self, number: str, filled: Counter[str]) -> None:
        self._number = number
        self._filled = filled
        self._told: dict[str, ToldEmployee] = {}
        self._by_name: dict[str, str] = {}

    def id_of(self, told: Told) -> str:
        """Who sold. GAP(import-employees): T3 tells who recorded a receipt, not who sold it; it is taken to be them."""
        if told.employee is not None:
            known = self._told.setdefault(told.employee.id, told.employee)
            if known.first_name is None and told.employee.first_name is not None:
                self._told[known.id] = told.employee
            return known.id
        name = (told.recorded_by or "").strip()
        if name not in self._by_name:
            self._filled["employees"] += 1
            first, _, last = name.partition(" ")
            id_ = derived_id("imported employee", self._number, name)
            self._by_name[name] = id_
            self._told[id_] = ToldEmployee(id_, *((first, last.strip()) if name else (None, None)))
        return self._by_name[name]

    def employees(self, hired_on: date) -> list[Employee]:
        return [self._employee(told, hired_on) for told in self._told.values()]

    def _employee(self, told: ToldEmployee, hired_on: date) -> Employee:
        if told.first_name is None and told.last_name is None and told.id not in self._by_name.values():
            self._filled["employee_names"] += 1
        first = FIRST_NAME if told.first_name is None else told.first_name
        last = LAST_NAME if told.last_name is None else told.last_name
        email = f"{first}.{last}@{self._number}.example".lower().replace(" ", "-")
        return Employee(told.id, self._number, first, last, email, hired_on)
