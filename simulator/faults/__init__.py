"""What goes wrong on purpose: faults as data, which requests they strike, and when. Knows no HTTP."""

from simulator.faults.book import FaultBook
from simulator.faults.effects import EFFECTS, Effect
from simulator.faults.facts import Facts
from simulator.faults.fault import Fault
from simulator.faults.match import Match
from simulator.faults.phases import Phase
from simulator.faults.profiles import PROFILES, Profile, profile
from simulator.faults.reading import read
from simulator.faults.refusals import FaultRefused, FaultTaken, FaultUnknown
from simulator.faults.strike import Strike

__all__ = [
    "EFFECTS",
    "PROFILES",
    "Effect",
    "Facts",
    "Fault",
    "FaultBook",
    "FaultRefused",
    "FaultTaken",
    "FaultUnknown",
    "Match",
    "Phase",
    "Profile",
    "Strike",
    "profile",
    "read",
]
