"""What files do not say and cannot be guessed is asked for."""

from pathlib import Path

from support.imports import ALONE, Refused, a_page, a_row, a_table


def test_a_table_without_license_asks_for_it(refused: Refused) -> None:
    table = a_table(columns=("id", "salesDateTime", "totalPrice"))
    assert refused(r_csv=table) == (
        "r.csv does not say whose receipts these are: there is no column licenseNumber and no preamble that names a "
        "license; give --license"
    )


def test_a_page_without_license_asks_for_it(refused: Refused) -> None:
    assert refused(r_json=a_page(a_row(licenseNumber=...))) == (
        "r.json, line 1, data[0] does not say whose receipt it is: there is no licenseNumber in it or around it; give --license"
    )


def test_a_license_without_state_asks_for_it_with_a_hint_by_its_look(refused: Refused) -> None:
    asked = "there is no hostname, and local times need their zone; give --state"
    assert refused(r_json=[a_row(hostname=...)]) == (
        f"r.json does not say which state license C10-0000123-LIC is in: {asked} (by its look, --state ca)"
    )
    assert refused(r_json=[a_row(hostname=..., licenseNumber="LIC-00001")]) == (
        f"r.json does not say which state license LIC-00001 is in: {asked}"
    )


def test_a_state_that_is_none_is_refused(refused: Refused) -> None:
    line = refused("--state", "califronia", r_json=[a_row()])
    assert line.startswith("--state: 'califronia' is not one of ca, or, nv, ")


def test_t3_has_nothing_of_a_state_without_metrc(refused: Refused) -> None:
    assert refused("--state", "wa", r_json=[a_row(hostname=...)]) == (
        "r.json: T3 has no receipts of Washington, whose system is not Metrc"
    )


def test_consumers_where_only_patients_may_buy_are_refused(refused: Refused) -> None:
    assert refused(r_json=[a_row(hostname="al.metrc.com")]) == (
        f"r.json, line 1, [0].salesCustomerType: only patients may buy in Alabama, not consumers{ALONE}"
    )


def test_a_file_that_cannot_be_read_is_named(refused: Refused, tmp_path: Path) -> None:
    assert refused("missing.csv") == "missing.csv cannot be read: No such file or directory"
    (tmp_path / "folder").mkdir()
    assert refused("folder") == "folder is a folder; name the files in it"


def test_leaving_out_every_row_leaves_nothing_to_import(refused: Refused) -> None:
    assert refused("--skip-bad", r_csv=a_table(a_row(totalPrice="x"))) == (
        "no receipt is left: r.csv, line 2, column totalPrice: 'x' is not a number such as 12.50"
    )
