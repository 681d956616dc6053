"""Faults as resources."""

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.control.operation import ControlCall
from simulator.control.served import not_served
from simulator.control.shapes import Shape
from simulator.faults.fault import Fault
from simulator.faults.profiles import PROFILES, profile
from simulator.faults.reading import read
from simulator.faults.refusals import FaultRefused
from simulator.wording import echo

PROFILES_PATH = "profiles"


class FaultAnswer(Fault):
    """A fault, and how many requests it matched and how many it struck."""

    matched: int
    struck: int


class FaultsAnswer(Shape):
    faults: list[FaultAnswer]


class ProfileAnswer(Shape):
    name: str
    about: str
    fault: Fault


class ProfilesAnswer(Shape):
    profiles: list[ProfileAnswer]


def list_faults(call: ControlCall[None, None]) -> Response:
    book = call.world.faults
    return JSONResponse({"faults": [book.describe(name) for name in book.faults]})


def add(call: ControlCall[None, Fault]) -> Response:
    """After those there are."""
    return _changed(call, call.world.faults.add(_checked(call.body)))


def put(call: ControlCall[None, Fault]) -> Response:
    """In the place of the one of this name, or after those there are."""
    name = call.parameter("name")
    if call.body.name not in ("", name):
        raise FaultRefused(f"name is {echo(call.body.name)} in the body and {echo(name)} in the path")
    # Read anew, so that the name is looked at too.
    fault = read({**call.body.model_dump(mode="json", exclude_unset=True), "name": name})
    return _changed(call, call.world.faults.put(_checked(fault)))


def show(call: ControlCall[None, None]) -> Response:
    return JSONResponse(call.world.faults.describe(call.parameter("name")))


def remove(call: ControlCall[None, None]) -> Response:
    name = call.parameter("name")
    call.world.faults.remove(name)
    call.world.look_back()
    return JSONResponse({"removed": [name]})


def clear(call: ControlCall[None, None]) -> Response:
    names = list(call.world.faults.faults)
    call.world.faults.clear()
    call.world.look_back()
    return JSONResponse({"removed": names})


def list_profiles(_call: ControlCall[None, None]) -> Response:
    return JSONResponse(
        {
            "profiles": [
                {
                    "name": name,
                    "about": each.about,
                    "fault": each.fault.model_dump(mode="json", exclude_none=True),
                }
                for name, each in PROFILES.items()
            ]
        }
    )


def apply_profile(call: ControlCall[None, dict[str, Any]]) -> Response:
    """A ready-made fault; the body may change parts of it."""
    return _changed(call, call.world.faults.put(_checked(profile(call.parameter("name"), call.body))))


def _checked(fault: Fault) -> Fault:
    """A fault that names an operation nobody serves would never strike, one called as a route is could not be shown."""
    if fault.name == PROFILES_PATH:
        raise FaultRefused(f"name must not be {PROFILES_PATH!r}, which the list of profiles is called")
    if why := not_served(fault.match.operation):
        raise FaultRefused(f"match.operation: {why}")
    return fault


def _changed(call: ControlCall[Any, Any], fault: Fault) -> Response:
    call.world.look_back()
    return JSONResponse(call.world.faults.describe(fault.name))
