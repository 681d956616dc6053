"""Which scenarios there are: each has a sentence, is found by its name, and is copied and shipped whole."""

import ast
from pathlib import Path

import pytest

from simulator.loadtest import scenarios
from simulator.loadtest.scenarios import NoSuchScenario, about, find, folder, shipped


def test_these_are_shipped() -> None:
    assert shipped() == [
        "day_at_the_shop",
        "four_twenty",
        "month_end",
        "outage_and_drain",
        "soak",
        "t3_sync",
        "till",
    ]


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_is_found_by_name_and_by_path(name: str) -> None:
    path = find(name)
    assert path == folder() / f"{name}.py"
    assert path.is_file()
    assert find(str(path)) == path


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_says_in_a_line_what_it_is_and_how_it_is_run(name: str) -> None:
    line = about(find(name))
    assert line[0].isupper() or line[0].isdigit()
    assert line.endswith(".")
    assert len(line) < 120
    docstring = ast.get_docstring(ast.parse(find(name).read_bytes())) or ""
    assert f"\n    simulator loadtest {name} --" in docstring


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("tills", " Did you mean 'till'?"),
        ("TILL", " Did you mean 'till'?"),
        ("four-twenty", " Did you mean 'four_twenty'?"),
        ("t3sync", " Did you mean 't3_sync'?"),
        ("outage", " Did you mean 'outage_and_drain'?"),
        ("_cashier", ""),
        ("bench", ""),
        ("", ""),
        ("../till", " Did you mean 'till'?"),
        ("xyzzy", ""),
    ],
)
def test_another_name_is_refused_in_one_line_with_the_nearest(said: str, hint: str) -> None:
    with pytest.raises(NoSuchScenario) as refused:
        find(said)
    assert str(refused.value) == (
        f"unknown scenario {said!r}.{hint} Scenarios: {', '.join(shipped())}; or give a .py file"
    )


def test_a_file_of_one_s_own_is_a_scenario(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text('"""What I do.\n\nAnd more.\n"""\n')
    assert find(str(mine)) == mine
    assert about(mine) == "What I do."


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    for path in ("nowhere.py", str(tmp_path / "folder.py")):
        with pytest.raises(NoSuchScenario, match=r"^there is no file '.*\.py'$"):
            find(path)


@pytest.mark.parametrize("text", ["", "x = 1\n", "# only a comment\n"])
def test_who_says_nothing_is_about_nothing(tmp_path: Path, text: str) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(text)
    assert about(mine) == ""


def test_looking_at_a_scenario_does_not_run_it(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text('"""Mine."""\nraise SystemExit("it ran")\n')
    assert about(mine) == "Mine."


def test_in_a_wheel_they_are_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "simulator"
    for place in (package, tmp_path):
        (place / "loadtests").mkdir(parents=True)
    monkeypatch.setattr(scenarios, "PACKAGE", package)
    assert folder() == package / "loadtests"
    (package / "loadtests").rmdir()
    assert folder() == tmp_path / "loadtests"
