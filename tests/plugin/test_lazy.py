"""A suite that does not use the simulator pays nothing for the plugin."""

import json
import subprocess
import sys
from typing import Any

HEAVY = ("starlette", "uvicorn", "httpx", "faker", "pydantic", "msgspec", "jwt", "asyncio")
MOST_SECONDS = 0.02
MEASURE = """
import json, sys, time
import pytest
before = set(sys.modules)
began = time.perf_counter()
import simulator.pytest_plugin
took = time.perf_counter() - began
print(json.dumps([took, sorted(set(sys.modules) - before)]))
"""


def test_to_load_the_plugin_loads_nothing_else() -> None:
    measured = [
        json.loads(subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    loaded = measured[0][1]
    assert set(loaded) <= {"simulator", "simulator.pytest_plugin"}
    assert min(took for took, _ in measured) < MOST_SECONDS


def test_a_run_without_a_world_loads_nothing_else(suite: Any) -> None:
    suite.write(
        conftest=f"""
        import sys

        HEAVY = {HEAVY!r}

        def pytest_sessionfinish(session):
            ours = {{name for name in sys.modules if name.startswith("simulator")}}
            print("LOADED", sorted(ours), [name for name in HEAVY if name in sys.modules])
        """,
        test_plain="""
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_plain(number): assert number < 2
        """,
    )
    ran = suite.run("-s")
    assert ran.summary == "1 failed, 2 passed"
    assert "LOADED ['simulator', 'simulator.pytest_plugin'] []" in ran.stdout
