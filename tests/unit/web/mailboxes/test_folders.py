"""The pages of folders: listed, chosen, bound to a record, given up, each to its owner."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.unit.web.conftest import EVIL, World

from passerelle.faults.mail.protocols import ConnectionLost
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.choices import IncomingProtocol
from passerelle.mailboxes.services import save_tracking_rules
from passerelle.sync.models import FolderLook, TrackingFolder
from passerelle.sync.models.folders import FolderStanding

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NAMES = ["Clients/Dubois", "Lists", EVIL]


@pytest.fixture
def looked(world: World) -> FolderLook:
    """Ann's mailbox is read over IMAP, and its folders were listed."""
    Mailbox.objects.update(profile=world.profile)
    return FolderLook.objects.create(
        mailbox=world.mailbox,
        requested_by="ann",
        requested_on=timezone.now(),
        finished_on=timezone.now(),
        folders=[["Clients", "/", False], *([name, "/", True] for name in NAMES)],
    )


def of_mailbox(world: World) -> str:
    return reverse("web:mailbox-folders", args=[world.mailbox.pk])


def test_a_folder_is_bound_to_the_record_that_is_pressed(
    world: World, looked: FolderLook, as_administrator: Client
) -> None:
    address = reverse("web:mailbox-folder", args=[world.mailbox.pk])
    page = as_administrator.get(address, {"folder": "Clients/Dubois", "q": "customer"})
    assert f'value="account {world.account.pk}"' in page.content.decode()
    answer = as_administrator.post(
        address,
        {"folder": "Clients/Dubois", "choice": f"account {world.account.pk}"},
        follow=True,
    )
    row = TrackingFolder.objects.get()
    assert (row.regarding, row.takes_earlier) == (world.account, True)
    shown = answer.content.decode()
    assert "It is read from now on." in shown
    assert "Regards Customer Inc" in shown


def test_what_lies_there_may_be_left(world: World, looked: FolderLook, as_ann: Client) -> None:
    choice = {"folder": "Lists", "choice": f"lead {world.lead.pk}", "leaves_earlier": "on"}
    as_ann.post(reverse("web:my-folder"), choice)
    row = TrackingFolder.objects.get()
    assert (row.mailbox, row.regarding, row.takes_earlier) == (world.mailbox, world.lead, False)


def test_a_folder_is_read_like_the_inbox_and_given_up(
    world: World, looked: FolderLook, as_ann: Client
) -> None:
    as_ann.post(reverse("web:my-folder"), {"folder": "Lists", "choice": ""})
    row = TrackingFolder.objects.get()
    assert row.regarding is None
    as_ann.post(reverse("web:my-folders"), {"leave": "no guid"})
    assert TrackingFolder.objects.exists()
    page = as_ann.post(reverse("web:my-folders"), {"leave": row.pk}, follow=True)
    assert "It is read no more." in page.content.decode()
    assert not TrackingFolder.objects.exists()


@pytest.mark.parametrize(
    ("folder", "status", "told"),
    [
        pytest.param("Nowhere", 302, "listed no folder Nowhere", id="a folder that was not listed"),
        pytest.param("Clients", 302, "listed no folder Clients", id="one that holds only folders"),
        pytest.param("x" * 256, 422, "", id="a name that no column takes"),
        pytest.param("a\0b", 422, "", id="no name at all"),
        pytest.param("", 422, "", id="nothing"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    world: World, looked: FolderLook, as_ann: Client, folder: str, status: int, told: str
) -> None:
    answer = as_ann.post(reverse("web:my-folder"), {"folder": folder, "choice": ""})
    assert answer.status_code == status
    assert told in as_ann.get(reverse("web:my-folders")).content.decode()
    assert not TrackingFolder.objects.exists()


def test_a_folder_that_is_read_already_is_said_to_be(
    world: World, looked: FolderLook, as_ann: Client
) -> None:
    for _ in range(2):
        answer = as_ann.post(
            reverse("web:my-folder"), {"folder": "Lists", "choice": ""}, follow=True
        )
    assert "This folder is read already." in answer.content.decode()
    assert TrackingFolder.objects.count() == 1


def test_the_list_is_asked_for_and_waited_for(
    world: World, looked: FolderLook, as_ann: Client
) -> None:
    page = as_ann.post(reverse("web:my-folders"), {"list": "1"}, follow=True).content.decode()
    assert "It waits for its turn." in page
    assert 'hx-trigger="every 1s"' in page
    assert "Lists" in page  # the former list stays meanwhile
    part = as_ann.get(reverse("web:my-folders"), headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<section")


def test_what_hindered_the_list_is_told(world: World, looked: FolderLook, as_ann: Client) -> None:
    fault = ConnectionLost(host="imap.example.com", step="LIST")
    FolderLook.objects.update(code=fault.code, facts=dict(fault.facts))
    page = as_ann.get(reverse("web:my-folders")).content.decode()
    assert "imap.example.com closed the connection during LIST." in page


def test_a_lost_folder_is_shown_as_lost(world: World, looked: FolderLook, as_ann: Client) -> None:
    as_ann.post(reverse("web:my-folder"), {"folder": "Lists", "choice": ""})
    TrackingFolder.objects.update(standing=FolderStanding.GONE, tracked=3, quarantined=1)
    page = as_ann.get(reverse("web:my-folders")).content.decode()
    assert "No longer there" in page
    assert "3 tracked" in page
    assert "1 in quarantine" in page


def test_names_of_folders_are_shown_as_text(
    world: World, looked: FolderLook, as_administrator: Client
) -> None:
    page = as_administrator.get(of_mailbox(world)).content.decode()
    assert EVIL not in page
    choice = as_administrator.get(
        reverse("web:mailbox-folder", args=[world.mailbox.pk]), {"folder": EVIL}
    )
    assert EVIL not in choice.content.decode()


def test_over_pop3_there_are_none(
    world: World, looked: FolderLook, as_administrator: Client
) -> None:
    type(world.profile).objects.update(incoming_protocol=IncomingProtocol.POP3)
    page = as_administrator.post(of_mailbox(world), {"list": "1"}, follow=True).content.decode()
    assert "has no folders that can be read" in page
    assert 'name="list"' not in page


def test_the_sent_folder_is_read_where_the_organization_allows_it(
    world: World, looked: FolderLook, as_ann: Client
) -> None:
    address = reverse("web:my-folders")
    assert 'name="sent"' not in as_ann.get(address).content.decode()
    refused = as_ann.post(address, {"sent": "1"}, follow=True).content.decode()
    assert "does not read Sent folders" in refused
    save_tracking_rules({"track_sent": True}, "admin")
    page = as_ann.post(address, {"sent": "1"}, follow=True).content.decode()
    assert "What is sent from now on is read." in page
    assert "Read as outgoing email" in page
    assert 'name="sent"' not in page
    assert TrackingFolder.objects.get().is_sent
    twice = as_ann.post(address, {"sent": "1"}, follow=True).content.decode()
    assert "The Sent folder is read already." in twice
    save_tracking_rules({"track_sent": False}, "admin")
    assert "reads no Sent folders now" in as_ann.get(address).content.decode()
