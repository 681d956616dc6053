"""The control plane as objects of Python: `with Simulator() as simulator: world = simulator.create_world()`."""

from simulator.client.audit import Audit, AuditedLicense, RepeatedId, Row
from simulator.client.clock import Clock, ClockState, ClosedDay
from simulator.client.errors import NotBalanced, NotExactlyOnce, NotMet, SimulatorError
from simulator.client.faults import Fault, Faults, Profile
from simulator.client.headroom import Headroom, LoopLag, Used
from simulator.client.info import Account, Health, License, Plan, Saved, WorldInfo
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
    "Audit",
    "AuditedLicense",
    "Checkpoint",
    "Clock",
    "ClockState",
    "ClosedDay",
    "Entry",
    "Fault",
    "Faults",
    "Headroom",
    "Health",
    "Intent",
    "Journal",
    "License",
    "LoopLag",
    "NotBalanced",
    "NotExactlyOnce",
    "NotMet",
    "Oracle",
    "Plan",
    "Profile",
    "Recorded",
    "RepeatedId",
    "Report",
    "Row",
    "Saved",
    "Simulator",
    "SimulatorError",
    "Snapshot",
    "Snapshots",
    "Suffered",
    "Summary",
    "Used",
    "World",
    "WorldInfo",
]
