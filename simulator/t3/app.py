"""T3 as a façade."""

from simulator.t3.auth import authenticate
from simulator.t3.errors import crash, refuse, unauthorized
from simulator.t3.openapi import ALL_OPERATIONS
from simulator.t3.params import gather
from simulator.wire.facade import Facade

PREFIX = "/v2"

PATHS = tuple(dict.fromkeys(operation.path for operation in ALL_OPERATIONS))

FACADE = Facade(
    api="t3",
    operations=ALL_OPERATIONS,
    authenticate=authenticate,
    gather=gather,
    refuse=refuse,
    crash=crash,
    unauthorized=unauthorized,
    license_parameter="licenseNumber",
    # No body of T3's names a license; the query does.
    licenses=lambda _body: (),
    paths=PATHS,
)
