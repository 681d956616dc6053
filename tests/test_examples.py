"""The suite in tests/examples, run as an integrator's CI would: in several processes, in any order."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent / "examples"
LEAST = 200


@pytest.mark.parametrize("seed", [2026])
def test_the_examples_pass_in_two_processes_in_any_order(seed: int) -> None:
    """With worlds of their own, no test minds another, and no server another's port."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "randomly", f"--randomly-seed={seed}"),
            *("-p", "no:cacheprovider", str(EXAMPLES)),
        ],
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= LEAST
