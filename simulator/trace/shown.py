"""The shapes of a sale as Trace shows it, in the documented order; what is None or unset is left out."""

from msgspec import Struct, UnsetType


class Shape(Struct, gc=False, omit_defaults=True):
    """Written as JSON the moment it is made."""


class Ref(Shape):
    id: str


class Named(Shape):
    id: str
    name: str


class LicenseType(Shape):
    name: str


class License(Shape):
    license_number: str
    type: LicenseType


class FullName(Shape):
    first_name: str
    last_name: str


class Employee(Shape):
    id: str
    name: FullName


class CreatedAt(Shape):
    date: str
    local_time: str


class Identification(Shape):
    types: Named
    id: str
    birthday: str | None = None


class UpdatedIdentification(Shape):
    type: Named


class Tax(Shape):
    type: Ref
    name: str
    rate: str
    total: str


class TaxTotal(Shape):
    type: Ref
    total: str


class SaleTax(Shape):
    type: str
    rate: str
    subtotal: str


class Line(Shape):
    lot: Ref
    name: str
    discount: str
    quantity: str
    unit_of_measure: str
    unit_price: str
    taxes: list[Tax]
    total: str


class UpdatedLine(Shape):
    lot: Ref
    name: str
    barcode: str
    quantity: str
    unit_of_measure: str
    unit_price: str
    subtotal: str


class Totals(Shape):
    subtotal: str
    quantity: str
    taxes: list[TaxTotal]
    total: str


class UpdatedTotals(Shape):
    amount: str
    quantity: str


class Payment(Shape):
    amount: str
    type: Named
    id: str | None = None
    provider_name: str | None = None


class Change(Shape):
    state: str
    date: str
    reason: str
    actioned_by: str


class Sale(Shape):
    """As POST and GET answer."""

    license: License
    id: str
    receipt_number: str
    customer_types: Named
    external_id: str | UnsetType
    terminal: str
    created_at: CreatedAt
    out_of_state_sale: bool
    identifications: list[Identification]
    employees: Employee
    line_items: list[Line]
    currency: Named
    totals: Totals
    payments: list[Payment]
    entity_state: list[Change]


class UpdatedSale(Shape):
    """As PUT answers."""

    license: License
    id: str
    receipt_number: str
    customer_types: Named
    terminal: str
    created_at: CreatedAt
    out_of_state_sale: bool
    identifications: list[UpdatedIdentification]
    employees: Employee
    line_items: list[UpdatedLine]
    currency: Named
    taxes: list[SaleTax]
    totals: UpdatedTotals
    payments: list[Payment]
    entity_state: list[Change]
