"""People are found by their credentials, also those who were found before and have changed since."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import accounts as accounts_module
from simulator.accounts import MOST_KNOWN, Account, Accounts

WAYS: dict[str, tuple[Callable[[Accounts, str], Account | None], Callable[[Account], str | None]]] = {
    "secret key": (Accounts.by_secret_key, lambda each: each.secret_key),
    "T3 API key": (Accounts.by_t3_api_key, lambda each: each.t3_api_key),
    "credential key": (Accounts.by_credential_key, lambda each: each.credential_key),
    "Trace": (
        lambda accounts, key: accounts.by_trace_credentials("app", key),
        lambda each: each.trace_token if each.trace_api_key == "app" else None,
    ),
}


def a_person(number: int) -> Account:
    return Account(
        f"user{number}",
        "Ann",
        frozenset(),
        "ca.metrc.com",
        "secret",
        t3_api_key=f"api-{number}",
        secret_key=f"secret-{number}",
        trace_api_key="app",
        trace_token=f"token-{number}",
    )


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "new key", "copy", "of their own", "find"]), st.integers(0, 5)),
    max_size=30,
)


@given(STEPS)
def test_whoever_is_found_is_whoever_has_the_credential_now(steps: list[tuple[str, int]]) -> None:
    accounts, added = Accounts([a_person(0)], "seed"), 1
    asked = [f"{what}-{number}" for what in ("secret", "api", "token") for number in range(3)]
    for what, number in steps:
        someone = accounts.everyone[number % len(accounts.everyone)]
        if what == "add":
            accounts.add(a_person(added))
            added += 1
        elif what == "new key":
            asked.append(accounts.new_secret_key(someone))
        elif what == "copy":
            accounts = accounts.copy()
        elif what == "of their own":
            accounts = accounts.of_their_own("w")
        for find, key_of in WAYS.values():
            keys = {*asked, *(key for each in accounts.everyone if (key := key_of(each)))}
            for key in keys:
                expected = next((each for each in accounts.everyone if key_of(each) == key), None)
                assert find(accounts, key) is expected
                assert find(accounts, key) is expected


def test_an_account_of_a_copy_is_found_in_the_copy() -> None:
    accounts = Accounts([a_person(0)], "seed")
    found = accounts.by_secret_key("secret-0")
    copy = accounts.copy()
    assert copy.by_secret_key("secret-0") is copy.demo is not found


@pytest.mark.parametrize("letters", [10, 10_000])
def test_what_is_remembered_is_bounded(letters: int) -> None:
    people = [replace(a_person(number), trace_token=f"{number:0{letters}}") for number in range(3)]
    accounts = Accounts(people, "seed")
    for person in people:
        assert accounts.by_trace_credentials("app", str(person.trace_token)) is person
    assert len(accounts._known) == (3 if letters == 10 else 0)


def test_of_ever_more_credentials_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_KNOWN == 1024
    monkeypatch.setattr(accounts_module, "MOST_KNOWN", 2)
    accounts = Accounts([a_person(number) for number in range(5)], "seed")
    for number in range(5):
        assert accounts.by_secret_key(f"secret-{number}") is accounts.everyone[number]
        assert accounts.by_secret_key("unknown") is None
        assert len(accounts._known) <= 2
