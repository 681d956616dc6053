"""The suite in tests/examples, run as an integrator's CI would: in several processes, in any order."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent / "examples"
LEAST = 190


@pytest.mark.parametrize("seed", [1, 2026])
def test_the_examples_pass_in_two_processes_in_any_order(seed: int) -> None:
    """With worlds of their own, no test minds another, and no server another's port."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "randomly", f"--randomly-seed={seed}"),
            *("-p", "no:cacheprovider", str(EXAMPLES)),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    passed = next(word for word, what in zip(done.stdout.split(), done.stdout.split()[1:], strict=False) if what.startswith("passed"))
    assert int(passed) >= LEAST
