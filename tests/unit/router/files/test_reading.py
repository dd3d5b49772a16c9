"""A set is taken whole, or each bad file has one fault beside its box."""

from io import BytesIO
from pathlib import Path

import pytest
from tests.unit.router.made_up import (
    LAST_READ,
    NAMES,
    PROVIDERS,
    ROUTER,
    STATES,
    files_of,
    provider,
    read,
    refused,
)

from passerelle.faults.router import (
    NoProviders,
    RouterFault,
    RouterFileEmpty,
    RouterFileMissing,
    RouterFilesTooLarge,
    SameFileTwice,
    SameRouterTwice,
    WrongBox,
)
from passerelle.router.files.reading import Refusal, read_set, read_sets
from passerelle.router.files.values import Box, Notice, RouterFile, RouterSet, State
from passerelle.router.files.writing import RouterDescription, write_set

WRITTEN = write_set(ROUTER, NAMES)
AGENT, STATE, KEY = WRITTEN[Box.AGENT], WRITTEN[Box.STATE], WRITTEN[Box.KEY]


def test_a_good_set() -> None:
    found = read()
    assert found.providers == PROVIDERS
    assert found.states == STATES
    assert (found.unrecognised, found.warnings) == ((), ())
    assert "EmailServer" in found.unconfirmed
    assert "EmailAuthMode" not in found.unconfirmed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "us-ascii"])
def test_any_encoding(encoding: str) -> None:
    states = (State("anna@example.com", LAST_READ, "Zugriff verweigert für Müller"),)
    assert read(RouterDescription(PROVIDERS, states, encoding)).states == states


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"agent": None}, {Box.AGENT: RouterFileMissing}, id="one-is-missing"),
        pytest.param(
            {"agent": b"", "key": b""},
            {Box.AGENT: RouterFileEmpty, Box.KEY: RouterFileEmpty},
            id="two-are-empty-and-both-are-told",
        ),
        pytest.param(
            {"agent": STATE, "state": AGENT},
            {Box.AGENT: WrongBox, Box.STATE: WrongBox},
            id="two-are-exchanged",
        ),
        pytest.param(
            {"state": KEY, "key": STATE},
            {Box.STATE: WrongBox, Box.KEY: WrongBox},
            id="state-and-key-are-exchanged",
        ),
        pytest.param({"state": AGENT}, {Box.STATE: SameFileTwice}, id="the-same-file-twice"),
        pytest.param(
            {"agent": b"<Configuration/>"}, {Box.AGENT: NoProviders}, id="nothing-to-migrate"
        ),
        pytest.param(
            {"agent": b"<web><app/></web>"}, {Box.AGENT: NoProviders}, id="some-other-xml"
        ),
    ],
)
def test_refused_sets(
    changed: dict[str, bytes | None], expected: dict[Box, type[RouterFault]]
) -> None:
    faults = refused(**changed).faults
    assert {box: type(fault) for box, fault in faults.items()} == expected
    assert all(fault.facts["file"] == box.value for box, fault in faults.items())


def test_the_wrong_box_names_the_file_that_was_given() -> None:
    assert refused(key=STATE + b"\n").faults[Box.KEY].facts["other"] == Box.STATE.value


def test_where_the_content_tells_nothing_the_name_decides() -> None:
    files = files_of() | {Box.STATE: RouterFile(r"C:\Service\encryptionkey.XML", b"<Root/>")}
    found = read_set(files, NAMES)
    assert isinstance(found, Refusal)
    assert isinstance(found.faults[Box.STATE], WrongBox)


def test_another_name_does_not_matter_where_the_content_tells() -> None:
    files = {box: RouterFile(Box.KEY.value, file.content) for box, file in files_of().items()}
    assert isinstance(read_set(files, NAMES), RouterSet)


def test_the_three_together_have_one_bound() -> None:
    space = b" " * (20 * 1024 * 1024)
    faults = refused(agent=AGENT + space, state=STATE + space).faults
    assert {box: type(fault) for box, fault in faults.items()} == {Box.STATE: RouterFilesTooLarge}


@pytest.mark.parametrize(
    ("states", "notice"),
    [
        pytest.param(b"<S/>", Notice.NO_STATES, id="no-state-at-all"),
        pytest.param(
            b"<S><h><EmailAddress>zoe@example.org</EmailAddress></h></S>",
            Notice.DIFFERENT_ROUTERS,
            id="files-of-different-routers",
        ),
    ],
)
def test_warnings_of_a_set_that_is_taken(states: bytes, notice: Notice) -> None:
    assert [warning.notice for warning in read(state=states).warnings] == [notice]


@pytest.mark.parametrize(
    "username",
    [
        pytest.param(r"CONTOSO\anna", id="a-windows-account-is-compared-by-its-name"),
        pytest.param("", id="without-accounts-nothing-can-be-compared"),
    ],
)
def test_no_warning_of_different_routers(username: str) -> None:
    found = read(agent=provider(f"<EmailUser>{username}</EmailUser>"))
    assert found.warnings == ()


def test_files_may_be_paths_or_streams(tmp_path: Path) -> None:
    (tmp_path / "agent").write_bytes(AGENT)
    files = files_of() | {
        Box.AGENT: RouterFile("agent", tmp_path / "agent"),
        Box.STATE: RouterFile("state", BytesIO(STATE)),
    }
    assert read_set(files, NAMES) == read(ROUTER)


def test_of_the_key_file_nothing_is_kept() -> None:
    found = read(key=b"<EncryptionKey><Key>c2VjcmV0</Key></EncryptionKey>")
    assert "c2VjcmV0" not in repr(found)
    assert found == read()


OTHER = RouterDescription(PROVIDERS[:1], STATES[:1])


def test_several_routers_are_read_apart_and_tell_themselves_apart() -> None:
    first, second = read_sets([files_of(), files_of(OTHER)], NAMES)
    assert isinstance(first, RouterSet)
    assert isinstance(second, RouterSet)
    assert (len(first.providers), len(second.providers)) == (4, 1)
    assert first.tag != second.tag
    (again,) = read_sets([files_of()], NAMES)
    assert again == first


def test_one_router_given_twice_is_refused_beside_its_second_boxes() -> None:
    first, second, third = read_sets([files_of(), files_of(), files_of(OTHER)], NAMES)
    assert isinstance(first, RouterSet)
    assert isinstance(second, Refusal)
    assert isinstance(second.faults[Box.AGENT], SameRouterTwice)
    assert isinstance(third, RouterSet), "the key file may be the same"


def test_the_bound_on_bytes_is_of_all_routers_together() -> None:
    large = {**files_of(OTHER), Box.STATE: RouterFile("", b"<a>" + b" " * 17_000_000 + b"</a>")}
    first, second = read_sets([{**files_of(), Box.STATE: large[Box.STATE]}, large], NAMES)
    assert isinstance(first, RouterSet)
    assert isinstance(second, Refusal)
    assert isinstance(second.faults[Box.STATE], RouterFilesTooLarge)
