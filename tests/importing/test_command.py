"""`simulator import` on the command line: what it writes, what it says, and what it leaves alone."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.imports import a_page, a_row, a_table, a_told_sale, both, pages, written

from simulator.app import create_world
from simulator.cli import cli
from simulator.importing import saving
from simulator.settings import Settings

NUMBER = "C10-0000123-LIC"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`simulator import` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(cli, ["import", *arguments], catch_exceptions=False, **options)

    return invoke


def test_it_writes_a_snapshot_called_like_the_file_and_says_how_to_serve_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    written(tmp_path / "exports", "may.csv", a_table())

    result = run("exports/may.csv")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "exports/may.csv: 1 receipt (T3 report as CSV)",
        "  C10-0000123-LIC (ca): 1 receipt, 8 lots, 1 employee",
        "Filled in:",
        "        1 receipt numbers, the id in nine digits",
        "        1 Trace ids of sales",
        "        1 customer types, consumer where adults may buy, else patient",
        "        1 recording times, 40 seconds after the sale or with the receipt before",
        "        1 times of the last change",
        "        1 names of who recorded",
        "        1 employees, one for each name that recorded receipts",
        "        2 lines, one a package, that add up to the receipt's total price",
        "        8 lots that the invented lines sell from",
        "        8 tags of lots",
        "        8 products of lots that name none",
        "        1 terminals",
        "        1 payments, in cash over the total",
        "        1 histories of Trace states",
        "Written: may.snapshot",
        "Next: simulator serve --recipe may.snapshot",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exports", "may.snapshot"]


def test_the_next_command_serves_what_was_imported(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "a page.json", a_page(a_row()))
    out = run("a page.json", "--out", "a world.snapshot").stdout
    *_, recipe = shlex.split(out.splitlines()[-1].removeprefix("Next: "))

    world = create_world(Settings(recipe=recipe))

    with both(world) as (t3, _):
        assert [row["id"] for row in pages(t3, NUMBER, "active")[0]["data"]] == [1230061]


def test_the_report_as_json_is_one_object(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "r.csv", a_table(a_row(), a_row(id=2, totalPrice="x")))
    written(tmp_path, "s.json", {"sales": [a_told_sale()]})

    said = json.loads(run("r.csv", "s.json", "--skip-bad", "--json").stdout)

    assert said.pop("filled")["lines"] == 2
    assert said == {
        "files": [
            {"name": "r.csv", "kinds": ["T3 report as CSV"], "receipts": 1},
            {"name": "s.json", "kinds": ["Trace sale"], "receipts": 1},
        ],
        "licenses": [{"number": NUMBER, "state": "ca", "receipts": 2, "lots": 9, "employees": 2}],
        "not_kept": {},
        "skipped_rows": 1,
        "skipped": ["r.csv, line 3, column totalPrice: 'x' is not a number such as 12.50"],
        "anonymised": False,
        "written": "r.snapshot",
        "next": "simulator serve --recipe r.snapshot",
    }


def test_what_is_not_kept_is_said(run: Run, tmp_path: Path) -> None:
    rows = [a_row(id=n, receiptNumber=f"{n}", driver="x", **{"back\rslash": 1}) for n in (1, 2)]
    written(tmp_path, "p.json", rows)
    lines = run("p.json").stdout.splitlines()
    start = lines.index("Read and not kept, as the simulator has no place for it:")
    assert lines[start + 1 : start + 3] == ["        2 'back\\rslash'", "        2 driver"]


def test_the_first_hundred_skipped_rows_are_listed(run: Run, tmp_path: Path) -> None:
    rows = [a_row(id=n, totalPrice="x") for n in range(2, 152)]
    written(tmp_path, "r.csv", a_table(a_row(id=1), *rows))

    lines = run("r.csv", "--skip-bad").stdout.splitlines()

    start = lines.index("Skipped: 150 rows")
    assert lines[start + 1] == "  r.csv, line 3, column totalPrice: 'x' is not a number such as 12.50"
    assert lines[start + 100].startswith("  r.csv, line 102, ")
    assert lines[start + 101] == "  and 50 more"


def test_skipped_rows_are_listed_in_the_order_of_reading(run: Run, tmp_path: Path) -> None:
    written(
        tmp_path,
        "a.json",
        a_page(a_row(), a_row(id=2, hostname="il.metrc.com"), a_row(id=3, totalPackages=0)),
    )
    written(tmp_path, "b.csv", a_table(a_row(), a_row(id=4)))

    said = json.loads(run("a.json", "b.csv", "--skip-bad", "--json").stdout)

    places = [row.partition(":")[0] for row in said["skipped"]]
    assert places == [
        "a.json, line 1, data[1].hostname",
        "a.json, line 1, data[2].totalPackages",
        "b.csv, line 2, column id",
    ]
    assert said["licenses"][0]["receipts"] == 2


def test_what_is_strange_in_a_list_of_pages_is_skipped(run: Run, tmp_path: Path) -> None:
    error = {"error": {"type": "ServiceUnavailable", "status_code": 503}}
    written(tmp_path, "p.json", [a_page(a_row()), error, 7, a_page(a_row(id=2, receiptNumber="2"))])

    said = json.loads(run("p.json", "--skip-bad", "--json").stdout)

    assert said["licenses"][0]["receipts"] == 2
    assert said["skipped"][0] == "p.json, line 1, [1]: this is an error answer; there is no receipt in it"
    assert said["skipped"][1].startswith("p.json, line 1, [2]: 7 is none of what can be imported")


def test_standard_input_is_a_file_too(run: Run, tmp_path: Path) -> None:
    result = run("-", input=a_table())
    assert result.stdout.splitlines()[0] == "stdin: 1 receipt (T3 report as CSV)"
    assert (tmp_path / "imported.snapshot").is_file()
    assert (
        "stdin, line 2, column totalPrice: 'x'"
        in run("-", "--out", "x.snapshot", input=a_table(a_row(totalPrice="x"))).stderr
    )
    assert run("-", "--out", "x.snapshot", input="").stderr == "simulator: stdin is empty\n"


def test_a_mark_of_utf_8_is_not_part_of_the_first_column(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "r.csv", "\ufeff" + a_table())
    written(tmp_path, "p.json", "\ufeff" + json.dumps(a_page(a_row())))
    assert (run("r.csv").exit_code, run("p.json").exit_code) == (0, 0)


def test_license_and_state_are_for_rows_that_do_not_tell(run: Run, tmp_path: Path) -> None:
    rows = [a_row(licenseNumber=..., hostname=...), a_row(licenseNumber="MR900001", hostname="ma.metrc.com")]
    written(tmp_path, "p.json", rows)

    said = json.loads(run("p.json", "--license", "402R-90001", "--state", "CO", "--json").stdout)

    assert [(each["number"], each["state"]) for each in said["licenses"]] == [
        ("402R-90001", "co"),
        ("MR900001", "ma"),
    ]


# --- what is never written over -------------------------------------------------------------------------------------


def test_a_snapshot_that_is_there_is_replaced_by_force_only(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "r.csv", a_table())
    written(tmp_path, "r.snapshot", "precious")

    refused = run("r.csv")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "simulator: r.snapshot is there already; --force replaces it, --out names another file\n"
    )
    assert (tmp_path / "r.snapshot").read_text() == "precious"
    assert run("r.csv", "--force").exit_code == 0
    assert (tmp_path / "r.snapshot").read_text().startswith('{"snapshot"')


@pytest.mark.parametrize(
    ("out", "line"),
    [
        ("r.txt", "r.txt must end in .snapshot, by which `simulator serve` knows a snapshot"),
        ("there.snapshot", "there.snapshot is a folder; name a file in it"),
        ("no/r.snapshot", "no/r.snapshot cannot be written: there is no folder no"),
        ("r.csv/r.snapshot", "r.csv/r.snapshot cannot be written: there is no folder r.csv"),
        ("x" * 300 + ".snapshot", "x" * 300 + ".snapshot cannot be written: File name too long"),
        ("./old.snapshot", "old.snapshot is one of the files to import; name another with --out"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_read(
    run: Run, tmp_path: Path, out: str, line: str
) -> None:
    written(tmp_path, "r.csv", "broken")
    written(tmp_path, "old.snapshot", "broken too")
    (tmp_path / "there.snapshot").mkdir()

    result = run("r.csv", "old.snapshot", "--out", out, "--force")

    assert (result.exit_code, result.stderr) == (2, f"simulator: {line}\n")


def test_an_import_that_cannot_be_finished_leaves_everything_as_it_was(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(_records: Any) -> Any:
        yield b'{"snapshot": '
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving, "write", half)
    written(tmp_path, "r.csv", a_table())
    written(tmp_path, "r.snapshot", "precious")

    result = run("r.csv", "--force")

    assert (result.exit_code, result.stderr) == (
        2,
        "simulator: r.snapshot cannot be written: No space left on device\n",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv", "r.snapshot"]
    assert (tmp_path / "r.snapshot").read_text() == "precious"


def test_a_file_that_appears_meanwhile_is_not_written_over(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_records: Any) -> Any:
        written(tmp_path, "r.snapshot", "precious")
        return iter([b"new"])

    monkeypatch.setattr(saving, "write", meanwhile)
    written(tmp_path, "r.csv", a_table())

    assert run("r.csv").exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv", "r.snapshot"]
    assert (tmp_path / "r.snapshot").read_text() == "precious"


# --- anonymised -----------------------------------------------------------------------------------------------------


def test_what_is_anonymised_is_not_called_like_its_file(run: Run, tmp_path: Path) -> None:
    """Exports are often called by their license."""
    written(tmp_path, f"{NUMBER}.csv", a_table())

    lines = run(f"{NUMBER}.csv", "--anonymise", "--seed", "5").stdout.splitlines()

    assert "Written: anonymised.snapshot" in lines
    assert NUMBER not in (tmp_path / "anonymised.snapshot").read_text()
    assert lines[-3] == "Anonymised: people, licenses, and numbers of people, lots and sales are replaced."


def test_the_seed_is_a_setting(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "r.csv", a_table())
    made = []
    for name, arguments, variables in (
        ("a", ["--seed", "5"], {}),
        ("b", [], {"SIMULATOR_SEED": "5"}),
        ("c", ["--seed", "6"], {"SIMULATOR_SEED": "5"}),
    ):
        assert (
            run("r.csv", "--anonymise", "--out", f"{name}.snapshot", *arguments, env=variables).exit_code == 0
        )
        made.append((tmp_path / f"{name}.snapshot").read_text())
    assert made[0] == made[1] != made[2]
    assert "--seed" in run("r.csv", "--seed", "-1").stderr


def test_without_files_it_says_how_to_call_it(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "FILE" in result.stderr
