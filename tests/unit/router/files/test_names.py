"""The name table: what is shipped, and which tables are refused with which sentence."""

from pathlib import Path

import pytest

from passerelle.faults.router import (
    NamesRowMissing,
    NamesRowUnknown,
    NamesRowWrong,
    NamesSecretExposed,
    NamesSpellingTwice,
    NamesUnreadable,
    RouterFault,
)
from passerelle.router.files.names import TABLE_BYTES, load_names, parse_names

SHIPPED = Path(__file__).parents[4] / "src/passerelle/router/files/names.toml"


@pytest.mark.parametrize(
    ("spelling", "row", "confirmed"),
    [
        pytest.param("EmailAuthMode", "auth", True, id="a-posted-sample-confirms-the-auth-mode"),
        pytest.param("Emailuser", "username", True, id="capitals-make-no-difference"),
        pytest.param("EmailServer", "server", False, id="the-server-is-taken-on-trust"),
        pytest.param("EmailPassword", "password", False, id="the-password-is-known-to-be-dropped"),
        pytest.param("Nonsense", None, False, id="what-no-row-names-has-none"),
    ],
)
def test_the_shipped_table(spelling: str, row: str | None, *, confirmed: bool) -> None:
    table = load_names(None).agent
    assert (table.row_of(spelling), table.is_confirmed(spelling)) == (row, confirmed)


def test_another_table_replaces_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text(SHIPPED.read_text().replace('"EmailServer"', '"Serveur"'))
    assert load_names(path).agent.row_of("serveur") == "server"
    assert load_names(path).agent.row_of("EmailServer") is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("[agent]", "[agent", NamesUnreadable, id="no-toml"),
        pytest.param("[agent]", "[agents]", NamesRowUnknown, id="an-unknown-table"),
        pytest.param("[values.flag]", "[values.flags]", NamesRowUnknown, id="unknown-values"),
        pytest.param("pop3 = ", "pop4 = ", NamesRowUnknown, id="an-unknown-kind-of-server"),
        pytest.param("port = {", "portt = {", NamesRowUnknown, id="an-unknown-field"),
        pytest.param(
            'user = { confirmed = ["UserId"] }', "", NamesRowMissing, id="a-field-without-a-row"
        ),
        pytest.param('["UserId"]', "[]", NamesRowMissing, id="a-field-without-any-name"),
        pytest.param('["UserId"]', '"UserId"', NamesRowWrong, id="a-text-instead-of-a-list"),
        pytest.param('["UserId"]', "[7]", NamesRowWrong, id="a-number-for-a-name"),
        pytest.param('["UserId"]', '[""]', NamesRowWrong, id="an-empty-name"),
        pytest.param('{ confirmed = ["UserId"] }', "[]", NamesRowWrong, id="a-row-without-marks"),
        pytest.param('"UserId"', '"queueid"', NamesSpellingTwice, id="one-name-for-two-fields"),
        pytest.param('"UserId"', '"PasswordOf"', NamesSecretExposed, id="a-password-as-a-user"),
    ],
)
def test_a_wrong_table_is_refused(old: str, new: str, expected: type[RouterFault]) -> None:
    text = SHIPPED.read_text()
    assert old in text
    with pytest.raises(expected):
        parse_names(text.replace(old, new, 1).encode())


def test_a_table_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(NamesUnreadable, match="No such file"):
        load_names(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"#" * (TABLE_BYTES + 1), id="larger-than-any-table"),
        pytest.param(b"\xff\xfe", id="not-utf-8"),
        pytest.param(b"values = 3", id="values-that-are-no-table"),
        pytest.param(b"a=" + b"[" * 100_000, id="nested-without-end"),
    ],
)
def test_hostile_tables_end_in_a_fault(data: bytes) -> None:
    with pytest.raises(RouterFault):
        parse_names(data)
