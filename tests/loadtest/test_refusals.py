"""What cannot be run is refused in one line, with exit code 2, and nothing is sent anywhere."""

from typing import Any

import pytest
from support.live import serving

from simulator.loadtest.scenarios import shipped

REFUSED = [
    (("tills",), "unknown scenario 'tills'. Did you mean 'till'?"),
    (("mine.py",), "there is no file 'mine.py'"),
    (("--users", "5", "till"), "the scenario comes before its options"),
    (("till", "--host", "http://8.8.8.8"), "--i-own-this-host"),
    (("till", "--host", "https://api.trackandtrace.tools"), "a vendor's own service"),
    (("till", "--host", "https://ca.metrc.com", "--i-own-this-host"), "a vendor's own service"),
    (("till", "--host", "http://127.0.0.1:9", "--control", "http://8.8.8.8"), "--i-own-this-host"),
    (("till", "--host", "127.0.0.1:8420"), "is no address"),
    (("till", "--host", "http://127.0.0.1:9"), "cannot reach a simulator at http://127.0.0.1:9"),
    (("till", "--threshold", "record_sales.p95=1"), "Did you mean 'record_sale'?"),
    (("till", "--thresholds", "nowhere.toml"), "cannot read the thresholds 'nowhere.toml'"),
    (("till", "--recipe", "corner"), "unknown recipe 'corner'"),
    (("till", "--fault", "commit_then_503"), "Did you mean 'commit_then_504'?"),
    (("till", "--fault", "{"), "is neither a profile nor JSON"),
    (("till", "--fault", '{"effect": {"type": "reset"}}'), "Did you mean 'reset_peer'?"),
    (("till", "--world", "nobody"), "nobody"),
    (("till", "--shops", "0"), "shops"),
    (("till", "--resend", "twice"), "look-up"),
    (("till", "--sails", "5"), "Did you mean '--sales'?"),
    (("day_at_the_shop", "--date", "friday"), "--date must be a day such as 2026-05-22, not 'friday'"),
    (("day_at_the_shop", "--world", "main"), "leave --world out"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=lambda value: " ".join(value)[:60])
def test_it_is_refused_in_words(load: Any, arguments: tuple[str, ...], words: str) -> None:
    ran = load(*arguments)

    assert ran.code == 2, ran.told + ran.errors
    assert words in ran.errors
    assert "Traceback" not in ran.errors
    assert ran.result == {}


def test_without_a_name_the_scenarios_are_listed(load: Any) -> None:
    ran = load()

    assert ran.code == 0
    assert all(f"  {name} " in ran.told for name in shipped())


def test_a_world_from_a_snapshot_has_unknown_tills(load: Any, tmp_path: Any) -> None:
    made = tmp_path / "made.snapshot"
    assert load("nothing", "--out", "x").code == 2
    from support.live import run  # noqa: PLC0415 - for this alone

    assert run("generate", "corner_shop", "--format", "snapshot", "--out", str(made)).returncode == 0
    with serving("--recipe", str(made)) as server:
        ran = load("till", "--host", server.url, "--world", "main")

    assert ran.code == 2
    assert "was not grown from a recipe" in ran.errors


def test_a_server_with_a_token_asks_for_it(load: Any) -> None:
    with serving("--control-token", "open-sesame") as server:
        refused = load("till", "--host", server.url, "--run-time", "2s", "--receipts", "100")
        let_in = load(
            "till",
            "--host",
            server.url,
            "--run-time",
            "2s",
            "--receipts",
            "100",
            LOADTEST_CONTROL_TOKEN="open-sesame",
        )

    assert refused.code == 2
    assert "X-Simulator-Token" in refused.errors
    assert let_in.code == 0, let_in.told + let_in.errors
    assert "open-sesame" not in let_in.told + let_in.errors + (let_in.folder / "report.html").read_text()
