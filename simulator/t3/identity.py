"""The free endpoints: who am I, which states, licenses and permissions are there. Bare JSON, no envelope."""

from simulator.ledger.model import License
from simulator.ledger.states import STATES
from simulator.t3.auth import jwt_data, licensed, token_claims, visible
from simulator.t3.params import LicenseQuery, PermissionsQuery
from simulator.wire.answer import Answer, json_answer
from simulator.wire.errors import bad_request
from simulator.wire.operation import Call
from simulator.wording import did_you_mean, echo, listed

# GAP(permission-names): neither views nor permissions are enumerated anywhere.
PERMISSIONS = {
    "packages": ["View Packages"],
    "sales": ["View Sales", "Unfinalize Sales", "Void Sales"],
}


def whoami(call: Call[None, None]) -> Answer:
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    signing_key = call.world.accounts.signing_key
    mode = str(token_claims(token.strip(), signing_key)["authMode"]) if scheme else "SECRET_KEY"
    return json_answer(jwt_data(call.account, mode))


def list_states(_call: Call[None, None]) -> Answer:
    return json_answer(
        [
            {"abbreviation": state.code.upper(), "name": state.name, "hostname": state.host}
            for state in STATES.values()
            if state.host
        ]
    )


def list_licenses(call: Call[None, None]) -> Answer:
    return json_answer(
        [
            {"licenseName": license_.name, "licenseNumber": license_.number}
            for license_ in visible(call.world, call.account)
        ]
    )


def _views(license_: License) -> dict[str, list[str]]:
    return {view: names for view, names in PERMISSIONS.items() if license_.retail or view != "sales"}


def list_views(call: Call[LicenseQuery, None]) -> Answer:
    return json_answer(list(_views(licensed(call).license)))


def list_permissions(call: Call[PermissionsQuery, None]) -> Answer:
    views, view = _views(licensed(call).license), call.query.view
    if view not in views:
        hint = did_you_mean(view, views)
        raise bad_request(
            f"Invalid query parameter: 'view' {echo(view)} is not one of {listed(views)}.{hint}"
        )
    return json_answer(views[view])
