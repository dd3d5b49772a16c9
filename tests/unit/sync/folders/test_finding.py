"""Where a watched folder is now: a table of what a server may show."""

import pytest
from tests.unit.sync.memory import MemoryFolder

from passerelle.faults.mail.tracking import FolderGone, FolderHoldsNoMail
from passerelle.sync.folders.finding import whereabouts
from passerelle.sync.models import TrackingFolder
from passerelle.sync.models.folders import FolderStanding

IDS, BARE = "F1", ""


def row(**values: object) -> TrackingFolder:
    """A folder that was read up to its sixth message."""
    known = {"folder": "A", "uid_validity": 7, "uid_next": 7, "last_uid": 6}
    return TrackingFolder(**{**known, "standing": FolderStanding.READ, **values})


def server(**folders: tuple[int, int, str]) -> MemoryFolder:
    """Folders by name: UIDVALIDITY, UIDNEXT, OBJECTID."""
    inbox = MemoryFolder()
    for name, (validity, uid_next, object_id) in folders.items():
        made = inbox.new_folder(name, object_id=object_id, uid_validity=validity)
        made.uid_next = uid_next
    return inbox


@pytest.mark.parametrize(
    ("known", "folders", "expected"),
    [
        pytest.param({}, {"A": (7, 9, BARE)}, "A", id="it is where it was"),
        pytest.param({}, {"A": (8, 1, BARE)}, "A", id="it was rebuilt"),
        pytest.param({}, {"B": (7, 9, BARE)}, "B", id="it was renamed"),
        pytest.param({}, {"B": (7, 7, BARE)}, "B", id="renamed, with nothing new"),
        pytest.param({}, {"B": (7, 6, BARE)}, None, id="a UIDNEXT that fell is another folder's"),
        pytest.param({}, {"B": (8, 9, BARE)}, None, id="another UIDVALIDITY is another folder's"),
        pytest.param({}, {"B": (7, 9, BARE), "C": (7, 8, BARE)}, None, id="two that fit are none"),
        pytest.param(
            {}, {"A": (8, 1, BARE), "B": (7, 9, BARE)}, "B", id="renamed, and the name given again"
        ),
        pytest.param(
            {"object_id": IDS}, {"B": (9, 1, IDS)}, "B", id="by its id, whatever else changed"
        ),
        pytest.param({"object_id": IDS}, {"A": (9, 1, IDS)}, "A", id="rebuilt, by its id the same"),
        pytest.param(
            {"object_id": IDS}, {"A": (7, 9, "F2")}, None, id="another folder under its name"
        ),
        pytest.param(
            {"object_id": IDS}, {"A": (7, 9, BARE)}, "A", id="a server that tells ids no more"
        ),
        pytest.param({"object_id": IDS}, {"B": (7, 9, "F2")}, None, id="an id is stronger"),
        pytest.param(
            {"object_id": IDS}, {"A": (7, 9, IDS), "B": (7, 8, BARE)}, "A", id="where its id is"
        ),
        pytest.param(
            {}, {"A": (7, 9, IDS), "B": (7, 8, BARE)}, "A", id="a server that begins to tell ids"
        ),
        pytest.param({}, {"B": (7, 9, IDS)}, "B", id="renamed, where ids begin to be told"),
        pytest.param(
            {"object_id": IDS}, {"B": (7, 9, BARE)}, "B", id="renamed, where ids are told no more"
        ),
        pytest.param(
            {"uid_validity": 0, "uid_next": 0},
            {"B": (0, 1, BARE)},
            None,
            id="never read, and a folder without any UIDVALIDITY",
        ),
        pytest.param({"uid_validity": 0}, {"A": (3, 1, BARE)}, "A", id="never read"),
        pytest.param({"uid_validity": 0}, {"B": (3, 1, BARE)}, None, id="never read, and gone"),
        pytest.param(
            {"standing": FolderStanding.GONE},
            {"B": (7, 9, BARE)},
            None,
            id="lost before: no search",
        ),
        pytest.param(
            {"standing": FolderStanding.GONE}, {"A": (7, 9, BARE)}, "A", id="lost before, and back"
        ),
        pytest.param({}, {"Other": (7, 9, BARE)}, None, id="what another rule reads is not it"),
    ],
)
def test_whereabouts(
    known: dict[str, object], folders: dict[str, tuple[int, int, str]], expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(FolderGone):
            whereabouts(row(**known), server(**folders), {"Other"})
    else:
        assert whereabouts(row(**known), server(**folders), {"Other"}).name == expected


def test_a_name_that_only_holds_folders_is_told_as_that() -> None:
    inbox = server()
    inbox.closed.add("A")
    with pytest.raises(FolderHoldsNoMail):
        whereabouts(row(), inbox, ())


def test_a_folder_that_is_where_it_was_costs_one_command() -> None:
    inbox = server(A=(7, 9, BARE), B=(7, 9, BARE))
    whereabouts(row(), inbox, ())
    assert (inbox.states, inbox.listings) == (1, 0)
