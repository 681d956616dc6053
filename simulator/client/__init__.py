"""The control plane as objects of Python: `with Simulator() as simulator: world = simulator.create_world()`."""

from simulator.client.clock import Clock, ClockState, ClosedDay
from simulator.client.errors import NotExactlyOnce, NotMet, SimulatorError
from simulator.client.faults import Fault, Faults, Profile
from simulator.client.info import Account, Health, License, Saved, WorldInfo
from simulator.client.journal import Applied, Entry, Journal, Suffered, Summary
from simulator.client.oracle import Attempt, Intent, Oracle, Recorded, Report
from simulator.client.server import DEFAULT_URL, Simulator
from simulator.client.snapshots import Checkpoint, Snapshot, Snapshots
from simulator.client.world import MAIN, World

__all__ = [
    "DEFAULT_URL",
    "MAIN",
    "Account",
    "Applied",
    "Attempt",
    "Checkpoint",
    "Clock",
    "ClockState",
    "ClosedDay",
    "Entry",
    "Fault",
    "Faults",
    "Health",
    "Intent",
    "Journal",
    "License",
    "NotExactlyOnce",
    "NotMet",
    "Oracle",
    "Profile",
    "Recorded",
    "Report",
    "Saved",
    "Simulator",
    "SimulatorError",
    "Snapshot",
    "Snapshots",
    "Suffered",
    "Summary",
    "World",
    "WorldInfo",
]
