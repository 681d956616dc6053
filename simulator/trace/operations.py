"""Every Trace operation served. Literal paths stand before those with an id."""

from simulator.trace import employees, lots, sales
from simulator.trace.helpers import HELPERS, helper
from simulator.trace.params import EmployeeQuery, LicenseQuery, LotQuery, OverrideQuery, PageQuery
from simulator.trace.reading import read_sales, read_update
from simulator.trace.schemas import SALES, UPDATE
from simulator.wire.openapi import ref
from simulator.wire.operation import Operation

KEYS = "api-key and token"
"""All operations ask for the same two headers."""

SALE, HELPERS_TAG, LOT, EMPLOYEE = ("Sale",), ("Sale Helpers",), ("Lot",), ("Employee",)
BODY_STATUSES = (403, 413, 415)

EXAMPLE_SALE = {
    "sales": [
        {
            "license": {"license_number": "XXXRETAIL01"},
            "customer_types": {"id": "CAKOMCT0001"},
            "terminal": "23678-AM",
            "created_at": {"date": "2022-05-26T15:44:00Z", "local_time": "2022-05-26T08:44:00"},
            "out_of_state_sale": False,
            "identifications": [
                {"types": {"id": "CAKOMIT0001"}, "id": "CADL123565", "birthday": "1982-04-26T00:00:01Z"}
            ],
            "employees": {"id": "0a50cbaf8c1b471aaa427de20facb641"},
            "line_items": [
                {
                    "lot": {"id": "487fa179018e45d08b204ca4de67ca6d"},
                    "quantity": "1",
                    "unit_price": "10.00",
                    "total": "10.00",
                }
            ],
            "currency": {"id": "KOMCURT0001"},
            "totals": {"subtotal": "10.00", "quantity": "1", "total": "10.00"},
            "payments": [{"amount": "10.00", "type": {"id": "CAKOMPT0002"}}],
        }
    ]
}
EXAMPLE_PRICE_CHANGE = {
    "license": {"license_number": "XXXRETAIL01"},
    "actions": {"id": "KMSAN0002"},
    "price_change_date": "2021-05-21T20:29:19Z",
    "currency": {"id": "KOMCURT0001"},
    "line_items": [{"lot": {"id": "b29cc14d394941d9a2cd48abf64c9d1c"}, "amount": "10.00"}],
}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/{state}/v1/sales",
        sales.record,
        "Create retail sales",
        SALE,
        ref("Recorded"),
        KEYS,
        query=OverrideQuery,
        body=SALES,
        read=read_sales,
        batch="sales",
        statuses=BODY_STATUSES,
        body_example=EXAMPLE_SALE,
    ),
    Operation(
        "GET",
        "/{state}/v1/sales",
        sales.list_active,
        "Retrieve all active sales",
        SALE,
        ref("Page_Sale"),
        KEYS,
        query=PageQuery,
        statuses=(403,),
    ),
    *(
        Operation(
            "GET",
            f"/{{state}}/v1/sales/{name}",
            helper(name),
            f"Retrieve sale {name.replace('_', ' ')}",
            HELPERS_TAG,
            ref("Several_HelperEntry"),
            KEYS,
        )
        for name in HELPERS
    ),
    Operation(
        "GET",
        "/{state}/v1/sales/{id}",
        sales.read,
        "Retrieve sale by id",
        SALE,
        ref("One_Sale"),
        KEYS,
        query=LicenseQuery,
        statuses=(403, 404),
    ),
    Operation(
        "PUT",
        "/{state}/v1/sales/{id}",
        sales.update,
        "Update sale",
        SALE,
        ref("One_UpdatedSale"),
        KEYS,
        query=OverrideQuery,
        body=UPDATE,
        read=read_update,
        statuses=(*BODY_STATUSES, 404),
        body_example=EXAMPLE_PRICE_CHANGE,
    ),
    Operation(
        "GET",
        "/{state}/v1/lots",
        lots.list_lots,
        "Retrieve lots",
        LOT,
        ref("Page_Lot"),
        KEYS,
        query=LotQuery,
        statuses=(403,),
    ),
    Operation(
        "GET",
        "/{state}/v1/lots/{id}",
        lots.read,
        "Retrieve lot by id",
        LOT,
        ref("One_Lot"),
        KEYS,
        query=LicenseQuery,
        statuses=(403, 404),
    ),
    Operation(
        "GET",
        "/{state}/v1/config/employees",
        employees.list_employees,
        "Retrieve employees",
        EMPLOYEE,
        ref("Several_Employee"),
        KEYS,
        query=EmployeeQuery,
        statuses=(403,),
    ),
    Operation(
        "GET",
        "/{state}/v1/config/employees/{id}",
        employees.read,
        "Retrieve employee by id",
        EMPLOYEE,
        ref("One_Employee"),
        KEYS,
        query=LicenseQuery,
        statuses=(403, 404),
    ),
)
