"""Every shipped recipe with the vendor's own models: each receipt, each of its lines, and each package is read by them."""

import json
from urllib.parse import quote

import pytest
import t3api
from support.asgi import InProcess
from support.builders import NOW
from support.live import serving
from support.t3_client import logged_in
from t3api.models.metrc_package import MetrcPackage
from t3api.models.metrc_transaction import MetrcTransaction
from t3api.models.v2_sales_active_get200_response import V2SalesActiveGet200Response

from simulator.app import create_app
from simulator.formats.t3_pages import t3_pages
from simulator.ledger.model import Lot
from simulator.seeding.find import shipped
from simulator.seeding.grow import grow
from simulator.seeding.plan import Plan
from simulator.seeding.recipe import load
from simulator.t3.packages import packages_of
from simulator.t3.transactions import Transaction, transactions_of
from simulator.world import World

AT = "2026-05-20T20:00:00Z"
SMALLER = {"busy_dispensary": 2000}
"""Receipts of a recipe that has too many to read all of them in a test."""


@pytest.fixture(params=shipped())
def recipe(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def grown(recipe: str) -> World:
    return grow(recipe, 9, now=NOW, receipts=SMALLER.get(recipe))


def test_every_receipt_of_a_recipe_is_read_by_the_vendor_s_models(recipe: str, grown: World) -> None:
    plan = Plan(load(recipe), 9, NOW, frozen=True, receipts=SMALLER.get(recipe))

    read = 0
    for piece in t3_pages(plan):
        page = V2SalesActiveGet200Response.from_json(piece.decode())
        assert page is not None
        assert page.data
        sent = json.loads(piece)["data"]
        assert [each.receipt_number for each in page.data] == [each["receiptNumber"] for each in sent]
        assert [each.total_price for each in page.data] == [each["totalPrice"] for each in sent]
        read += len(page.data)

    assert read == sum(
        len(book.receipts) for book in grown.ledger.books.values() if book.license.state.host is not None
    )


def test_every_line_and_package_of_a_recipe_is_read_by_them_too(grown: World) -> None:
    for book in grown.ledger.books.values():
        if book.license.state.host is None:
            continue
        lines, packages = transactions_of(book.license), packages_of(book.license)
        for receipt in book.receipts.values():
            for line in receipt.lines:
                shown = lines.show(Transaction(receipt, line, book.lots[line.lot_id]), AT)
                assert MetrcTransaction.from_dict(shown) is not None
        for lot in book.lots.values():
            assert isinstance(lot, Lot)
            assert MetrcPackage.from_dict(packages.show(lot, AT)) is not None


def test_every_account_of_a_recipe_gets_in(grown: World) -> None:
    """By each of its credentials, and sees its licenses."""
    with InProcess(create_app(grown)) as client:
        for account in grown.accounts.everyone:
            if account.hostname is not None:
                # Michigan asks for a one-time password too.
                login = {
                    "otp": "123456",
                    "hostname": account.hostname,
                    "username": account.username,
                    "password": account.password,
                }
                assert client.post("/v2/auth/credentials", json=login).status_code == 200
            if account.trace_authorization is not None:
                headers = {
                    "x-api-key": str(account.trace_api_key),
                    "Authorization": account.trace_authorization,
                }
                for number in account.licenses:
                    license_ = grown.ledger.books[number].license
                    if license_.active and license_.retail and license_.state.in_trace:
                        url = f"/{license_.state_code}/v1/sales?license_number={quote(number)}"
                        assert client.get(url, headers=headers).status_code == 200


@pytest.mark.filterwarnings("ignore::DeprecationWarning:t3api")
def test_a_recipe_is_served_to_the_vendor_s_client(recipe: str) -> None:
    """Over a socket, started by the command line: both lists of each license that the demo login sees, page by page."""
    more = ("--receipts", str(SMALLER[recipe])) if recipe in SMALLER else ()
    with serving("--recipe", recipe, *more) as server, logged_in(server) as client:
        sales = t3api.SalesReceiptsApi(client)
        seen = [
            each.license_number for each in t3api.LicensesApi(client).v2_licenses_get() if each.license_number
        ]
        assert seen
        for number in seen:
            for ask in (sales.v2_sales_active_get, sales.v2_sales_inactive_get):
                first = ask(number, page_size=500)
                for page in range(2, (first.total_pages or 0) + 1):
                    assert ask(number, page=page, page_size=500).data
