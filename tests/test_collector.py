"""A server keeps the garbage collector away from its worlds; nobody else's process is touched."""

import gc
import subprocess
import sys

from support.builders import a_world

from simulator.app import create_app
from simulator.collector import without_collector
from simulator.server import ThreadServer

SERVER = """
import gc, os, signal
from simulator.app import create_app, create_world
from simulator.collector import THRESHOLDS, without_collector
from simulator.server import bind, serve
from simulator.settings import Settings

class Leaf:
    def __init__(self):
        self.leads_back = self

def ready():
    assert gc.get_threshold() == THRESHOLDS
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    with without_collector():
        world, _garbage = [[] for _ in range(1000)], Leaf()
        del _garbage
    assert gc.isenabled()
    assert gc.get_freeze_count() >= frozen + 1000
    assert not any(isinstance(each, Leaf) for each in gc.get_objects())
    assert gc.collect() < 100
    print("as told")
    os.kill(os.getpid(), signal.SIGTERM)

serve(create_app(create_world(Settings())), bind("127.0.0.1", 0), ready)
"""

LOADER = """
import gc
from simulator.collector import while_loading

def passes():
    return sum(each["collections"] for each in gc.get_stats())

before = passes()
with while_loading():
    loaded = [[] for _ in range(100_000)]
    assert gc.get_freeze_count() == 0
looked = passes()
assert gc.isenabled()
assert gc.get_freeze_count() >= 100_000
assert looked == before
print("as told")
"""


def test_what_a_server_loads_is_put_aside_and_never_looked_at() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADER], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.stdout, ran.stderr) == ("as told\n", "")


def test_a_server_puts_its_worlds_aside_those_made_later_too() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SERVER], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.stdout, ran.stderr) == ("as told\n", "")


def test_a_server_in_somebody_elses_process_leaves_their_collector_alone() -> None:
    before = gc.get_threshold(), gc.get_freeze_count(), gc.isenabled()
    with without_collector(), ThreadServer(create_app(a_world())):
        assert (gc.get_threshold(), gc.get_freeze_count(), gc.isenabled()) == (*before[:2], False)
    assert (gc.get_threshold(), gc.get_freeze_count(), gc.isenabled()) == before
