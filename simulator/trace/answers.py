"""The shapes Trace answers with, for its OpenAPI document. A test holds every answer against them.

Past 300 lines, as every object the vendor documents is a class here; nothing in it decides anything.
"""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from simulator.trace.params import EMPLOYEE_STATES, LOT_STATES

Data = TypeVar("Data")


class Answer(BaseModel):
    """Closed: a key that is not described here is a defect."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Id(Answer):
    id: str


class Named(Answer):
    id: str
    name: str


class LicenseType(Answer):
    name: str


class License(Answer):
    license_number: str
    type: LicenseType


class CreatedAt(Answer):
    date: datetime
    local_time: str


class FullName(Answer):
    first_name: str
    last_name: str


class SaleEmployee(Answer):
    id: str
    name: FullName


class SaleState(Answer):
    state: Literal["active", "inactive", "voided", "refunded"]
    date: datetime
    reason: str
    actioned_by: str


class Identification(Answer):
    """`birthday` is there when the caller sent one."""

    types: Named
    id: str
    birthday: datetime | None = None


class Tax(Answer):
    type: Id
    name: str
    rate: str
    total: str


class LineItem(Answer):
    lot: Id
    name: str
    discount: str
    quantity: str
    unit_of_measure: str
    unit_price: str
    taxes: list[Tax]
    total: str


class TaxTotal(Answer):
    type: Id
    total: str


class Totals(Answer):
    subtotal: str
    quantity: str
    taxes: list[TaxTotal]
    total: str


class Payment(Answer):
    """`id` and `provider_name` are there when the caller sent them."""

    amount: str
    type: Named
    id: str | None = None
    provider_name: str | None = None


class SaleHead(Answer):
    license: License
    id: str
    receipt_number: str
    customer_types: Named
    terminal: str
    created_at: CreatedAt
    out_of_state_sale: bool
    employees: SaleEmployee
    currency: Named
    payments: list[Payment]
    entity_state: list[SaleState]


class Sale(SaleHead):
    """As POST and GET answer; `external_id` is there when the caller sent one."""

    external_id: str | None = None
    identifications: list[Identification]
    line_items: list[LineItem]
    totals: Totals


class UpdatedIdentification(Answer):
    type: Named


class UpdatedLineItem(Answer):
    lot: Id
    name: str
    barcode: str
    quantity: str
    unit_of_measure: str
    unit_price: str
    subtotal: str


class SaleTax(Answer):
    type: str
    rate: str
    subtotal: str


class UpdatedTotals(Answer):
    amount: str
    quantity: str


class UpdatedSale(SaleHead):
    """As PUT answers."""

    identifications: list[UpdatedIdentification]
    line_items: list[UpdatedLineItem]
    taxes: list[SaleTax]
    totals: UpdatedTotals


class HelperEntry(Answer):
    """`description` is there for actions only."""

    id: str
    name: str
    description: str | None = None


class LotState(Answer):
    state: LOT_STATES
    date: datetime
    reason: str
    actioned_by: str


class Place(Answer):
    id: str
    name: str
    type: Named


class Origin(Answer):
    plant: list[Id]
    plant_batch: list[Id]
    harvest: list[Id]
    lots: list[Id]


class Category(Answer):
    id: str
    type: str
    main_category: str
    sub_category: str


class Cannabinoids(Answer):
    cbd_percent: float | None
    thc_percent: float | None


class ProductUnit(Answer):
    cannabinoids: Cannabinoids
    thc_content: float | None
    thc_content_uom: str | None
    weight: float | None
    weight_uom: str | None


class Characteristics(Answer):
    quantity_type: str
    unit_of_measure: str
    ingredients: list[str]
    strain: Named | None
    unit: ProductUnit


class Product(Answer):
    id: str
    name: str
    category: Category
    characteristics: Characteristics


class Contents(Answer):
    strain: Named | None
    product: Product


class Lot(Answer):
    license: License
    id: str
    name: str
    barcode: str
    quantity: float
    unit_of_measure: str
    date: datetime
    type: Named
    location: Place
    origin: Origin
    contents: Contents
    entity_state: list[LotState]


class Facility(Answer):
    id: str
    name: str
    license: License


class EmployeeState(Answer):
    state: EMPLOYEE_STATES
    date: datetime
    reason: str
    actioned_by: str


class Employee(Answer):
    id: str
    name: FullName
    email_address: str
    phone_number: str
    type: Named
    company: Named
    facilities: list[Facility]
    occupational_licenses: list[str]
    credentials: Annotated[list[str], Field(max_length=0)]
    permission_groups: list[Named]
    birthday: datetime | None
    hire_date: str
    termination_date: str
    entity_state: list[EmployeeState]


class Warned(Answer):
    type: str
    detail: str


class OneResult(Answer, Generic[Data]):
    type: Literal["object"]
    data: Data


class One(Answer, Generic[Data]):
    results: OneResult[Data]
    warnings: list[Warned]


class SeveralResult(Answer, Generic[Data]):
    type: Literal["array"]
    data: list[Data]


class Several(Answer, Generic[Data]):
    results: SeveralResult[Data]
    warnings: list[Warned]


class Records(Answer):
    count: str
    total: int
    previous: str | None
    next: str | None


class PageResult(Answer, Generic[Data]):
    type: Literal["array"]
    records: Records
    data: list[Data]


class Page(Answer, Generic[Data]):
    results: PageResult[Data]
    warnings: list[Warned]


class RecordedResult(Answer):
    """One sale is an object, several are a list."""

    type: Literal["object", "array"]
    data: Sale | list[Sale]


class Recorded(Answer):
    results: RecordedResult
    warnings: list[Warned]


class ErrorEntry(Answer):
    type: str
    detail: str
    path: str


class Error(Answer):
    """`results` is null and `warnings` empty."""

    results: None
    warnings: list[Warned]
    errors: list[ErrorEntry]


DESCRIBED = (
    Error,
    Recorded,
    Page[Sale],
    Several[HelperEntry],
    One[Sale],
    One[UpdatedSale],
    Page[Lot],
    One[Lot],
    Several[Employee],
    One[Employee],
)
"""What the operations answer with; they name it as the document does, `Page_Sale`."""
