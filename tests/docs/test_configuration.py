"""docs/configuration.md says what can be set, and what happens when it is set wrongly."""

import json
import os
import shlex

import pytest
from click.testing import CliRunner
from support.documents import document, first_cells, rows, section

from simulator.accounts import Account
from simulator.announce import exports, ready_line
from simulator.cli import USAGE_ERROR, cli
from simulator.settings import CLIENT_VARIABLES, Settings, variables
from simulator.world import World

CONFIGURATION = document("configuration.md")


def shown(default: object) -> str:
    if default is None:
        return "none"
    return f"`{json.dumps(default) if isinstance(default, bool) else default}`"


def test_every_setting_is_documented_with_flag_variable_and_default() -> None:
    expected = [
        [f"`--{option.replace('_', '-')}`", f"`{variable}`", shown(field.default)]
        for (variable, option), field in zip(
            variables().items(), Settings.model_fields.values(), strict=True
        )
    ]  # fmt: skip
    table = rows(section(CONFIGURATION, "## Settings"))
    assert [cells[:3] for cells in table] == expected
    assert all(cells[3] for cells in table)


def test_every_reserved_variable_is_documented() -> None:
    text = section(CONFIGURATION, "## Unknown variables")
    assert all(f"`{name}`" in text for name in CLIENT_VARIABLES)


def test_every_export_is_documented_and_no_other() -> None:
    account = Account(
        "user", "User", frozenset(), "ca.metrc.com", "secret", "team", "key", "key", "key", "token"
    )
    printed = [shlex.split(line)[1].partition("=")[0] for line in exports(account, "http://x").splitlines()]
    assert first_cells(section(CONFIGURATION, "## Shell exports")) == printed


def test_every_key_of_the_ready_line_is_documented(world: World) -> None:
    text = section(CONFIGURATION, "## When is it ready?")
    line = json.loads(ready_line(world, "http://x"))
    for key in (*line, *line["t3"], *line["trace"]):
        assert f"`{key}`" in text


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["serve", "--port", "70000"], {}),
        (["serve", "--now", "yesterday"], {}),
        (["env", "--recipe", "no_such_recipe"], {}),
        (["serve", "--no-such-flag"], {}),
        (["env"], {"SIMULATOR_PROT": "8420"}),
    ],
)
def test_what_the_caller_can_mend_ends_with_code_2(arguments: list[str], environment: dict[str, str]) -> None:
    result = CliRunner().invoke(cli, arguments, env=environment)
    assert result.exit_code == USAGE_ERROR == 2
    assert "| 2 |" in section(CONFIGURATION, "## Exit codes")


def test_a_flag_wins_over_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SIMULATOR_")]:
        monkeypatch.delenv(name)
    flagged = CliRunner().invoke(cli, ["env", "--port", "2222"], env={"SIMULATOR_PORT": "1111"})
    unflagged = CliRunner().invoke(cli, ["env"], env={"SIMULATOR_PORT": "1111"})
    assert "SIMULATOR_URL=http://127.0.0.1:2222" in flagged.output
    assert "SIMULATOR_URL=http://127.0.0.1:1111" in unflagged.output


def test_the_reserved_variable_does_not_stop_the_start() -> None:
    assert CliRunner().invoke(cli, ["env", "--port", "1"], env={"SIMULATOR_URL": "http://x"}).exit_code == 0
