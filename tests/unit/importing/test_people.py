"""Users, queues, teams and mailboxes: made by the rules of the services, never enabled."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.importing.tables import counts, imported, reasons

from passerelle.crm.models import EmailSearch, Queue, SystemUser, Team
from passerelle.crm.services import create_queue, create_user
from passerelle.importing.services import ImportKind
from passerelle.mailboxes.models import EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import AccessApproval, DeliveryMethod
from passerelle.mailboxes.services import (
    create_forward_mailbox,
    create_profile,
    create_user_with_mailbox,
    save_settings,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ANN = "0f8fad5b-d9cb-469f-a165-70867728950e"
BOB = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
DESK = "16fd2706-8baf-433b-82eb-8c7fada847da"
USERS = (
    "(Do Not Modify) User,Full Name,Primary Email,Status\n"
    f"{ANN},Ann Example,ann@example.com,Enabled\n"
    f"{BOB},Bob Example,bob@example.com,Disabled\n"
)
QUEUES = (
    (
        "(Ne pas modifier) File d'attente;Nom;Courrier entrant;Propriétaire;Membres\n"
        f"{DESK};Assistance;desk@example.com;Ann Example;ann@example.com; {BOB}\n"
    )
    .replace("ann@example.com; ", '"ann@example.com; ')
    .replace(f"{BOB}\n", f'{BOB}"\n')
)


@pytest.fixture
def profile() -> EmailServerProfile:
    return create_profile("Dovecot", incoming_location="mail.example.com")


def test_users_get_their_mailbox_by_the_settings_and_wait_for_approval(
    profile: EmailServerProfile,
) -> None:
    save_settings({"default_profile": profile, "default_incoming": DeliveryMethod.SERVER_SIDE}, "a")
    assert counts(imported(ImportKind.USERS, USERS)) == (2, 0, 0, 0)
    ann, bob = SystemUser.objects.select_related("mailbox")
    assert (str(ann.pk), ann.is_disabled, bob.is_disabled) == (ANN, False, True)
    assert ann.tracking_number != bob.tracking_number
    box = ann.mailbox
    assert (box.profile, box.incoming_method) == (profile, DeliveryMethod.SERVER_SIDE)
    assert box.approval == AccessApproval.PENDING
    assert (box.enabled_for_incoming, box.enabled_for_outgoing) == (False, False)
    assert {row.email_address for row in EmailSearch.objects.all()} == {
        "ann@example.com",
        "bob@example.com",
    }
    assert counts(imported(ImportKind.USERS, USERS)) == (0, 0, 2, 0)


def test_a_changed_address_is_pending_approval_again() -> None:
    imported(ImportKind.USERS, USERS)
    Mailbox.objects.update(approval=AccessApproval.APPROVED)
    found = imported(ImportKind.USERS, USERS.replace("ann@", "ann.new@"))
    assert counts(found) == (0, 1, 1, 0)
    ann, bob = Mailbox.objects.all()
    assert (ann.email_address, ann.approval) == ("ann.new@example.com", AccessApproval.PENDING)
    assert bob.approval == AccessApproval.APPROVED
    assert EmailSearch.objects.filter(email_address="ann.new@example.com").exists()


def test_an_address_of_another_user_or_queue_is_refused() -> None:
    create_queue("Desk", "desk@example.com")
    create_user("Old Ann", "ann@example.com")
    text = (
        f"systemuserid,fullname,internalemailaddress\n{ANN},Ann,ANN@example.com\n"
        f"{BOB},Bob,desk@example.com\n{DESK},Cid,cid@example.com\n,Dan,cid@example.com\n"
    )
    found = imported(ImportKind.USERS, text)
    assert counts(found) == (1, 0, 0, 3)
    assert [number for number, _ in reasons(found)] == [1, 2, 4]
    assert all("another user or queue" in reason for _, reason in reasons(found)[:2])


def test_queues_with_owner_and_members() -> None:
    imported(ImportKind.USERS, USERS)
    assert counts(imported(ImportKind.QUEUES, QUEUES)) == (1, 0, 0, 0)
    queue = Queue.objects.select_related("owner", "mailbox").get()
    assert queue.owner is not None
    assert (queue.owner.fullname, queue.mailbox.approval) == ("Ann Example", AccessApproval.PENDING)
    assert {str(user.pk) for user in queue.members.all()} == {ANN, BOB}
    assert counts(imported(ImportKind.QUEUES, QUEUES)) == (0, 0, 1, 0)
    fewer = QUEUES.replace(f"; {BOB}", "")
    assert counts(imported(ImportKind.QUEUES, fewer)) == (0, 1, 0, 0)
    assert {str(user.pk) for user in queue.members.all()} == {ANN}
    unowned = "name,emailaddress,ownerid\nAssistance,desk@example.com,\n"
    assert counts(imported(ImportKind.QUEUES, unowned)) == (0, 1, 0, 0)
    queue.refresh_from_db()
    assert queue.owner is None


def test_members_that_nobody_is_refuse_the_queue() -> None:
    found = imported(ImportKind.QUEUES, QUEUES.replace("Ann Example", ""))
    assert counts(found) == (0, 0, 0, 1)
    assert "No user is called “ann@example.com”" in reasons(found)[0][1]
    assert not Queue.objects.exists()


def test_teams_with_their_members() -> None:
    imported(ImportKind.USERS, USERS)
    text = f"Équipe;Nom de l'équipe;Administrateur;Membres\n{DESK};Ventes;Ann Example;{ANN}\n"
    assert counts(imported(ImportKind.TEAMS, text)) == (1, 0, 0, 0)
    assert counts(imported(ImportKind.TEAMS, text)) == (0, 0, 1, 0)
    by_name = "Team Name,Description\nVentes,Sud\n"
    assert counts(imported(ImportKind.TEAMS, by_name)) == (0, 1, 0, 0)
    team = Team.objects.get()
    assert (str(team.pk), team.description, team.members.count()) == (DESK, "Sud", 1)


def test_mailboxes_take_methods_profile_and_approval(profile: EmailServerProfile) -> None:
    create_user_with_mailbox("Ann", "ann@example.com")
    text = (
        "(Ne pas modifier) Boîte aux lettres;Adresse de messagerie;Profil de serveur;"
        "Courrier entrant;Courrier sortant;Rendez-vous, contacts et tâches;Approbation;Statut\n"
        f"{BOB};ann@example.com;Dovecot;Synchronisation côté serveur ou E-mail Router;Aucun;"
        "Aucun;Approuvé;Actif\n"
    )
    assert counts(imported(ImportKind.MAILBOXES, text)) == (0, 1, 0, 0)
    box = Mailbox.objects.get()
    assert (box.profile, box.incoming_method) == (profile, DeliveryMethod.SERVER_SIDE)
    assert box.approval == AccessApproval.APPROVED
    assert (box.enabled_for_incoming, box.enabled_for_outgoing) == (False, False)
    assert counts(imported(ImportKind.MAILBOXES, text)) == (0, 0, 1, 0)


def test_a_mailbox_that_is_not_there_or_cannot_be_so_is_refused() -> None:
    create_user_with_mailbox("Ann", "ann@example.com")
    text = (
        "Email Address,Server Profile,Incoming Email\n"
        "nobody@example.com,,None\n"
        "ann@example.com,Unknown,None\n"
    )
    found = imported(ImportKind.MAILBOXES, text)
    assert [reason.split(".")[0] for _, reason in reasons(found)] == [
        "No mailbox has this address",
        "No email server profile is called “Unknown”",
    ]


def test_mailboxes_are_set_to_forward_once_there_is_a_mailbox_to_forward_to() -> None:
    create_user_with_mailbox("Ann", "ann@example.com")
    text = "Email Address,Incoming Email\nann@example.com,Forward Mailbox\n"
    assert reasons(imported(ImportKind.MAILBOXES, text)) == [(1, "Make a forward mailbox first.")]
    create_forward_mailbox("Collector", "collector@example.com")
    assert counts(imported(ImportKind.MAILBOXES, text)) == (0, 1, 0, 0)
    assert Mailbox.objects.get(name="Ann").incoming_method == DeliveryMethod.FORWARD


@pytest.mark.parametrize(
    ("heading", "who", "reason"),
    [
        pytest.param("Outgoing Email", "ann", "Outgoing email never goes", id="never-out"),
        pytest.param("Incoming Email", "box", "A forward mailbox only receives", id="not-further"),
    ],
)
def test_a_forward_mailbox_only_receives(heading: str, who: str, reason: str) -> None:
    ann = create_user_with_mailbox("Ann", "ann@example.com").mailbox
    box = create_forward_mailbox("Collector", "collector@example.com")
    key = {"ann": ann, "box": box}[who].pk
    text = f"(Do Not Modify) Mailbox,{heading}\n{key},Forward Mailbox\n"
    ((number, told),) = reasons(imported(ImportKind.MAILBOXES, text))
    assert (number, told.startswith(reason)) == (1, True), told


def test_forty_users_cost_no_more_queries_than_four() -> None:
    imported(ImportKind.USERS, "Full Name,Primary Email\nFirst,first@example.com\n")
    taken = []
    for number in (4, 40):
        rows = "".join(f"U{number} {one},u{number}-{one}@example.com\n" for one in range(number))
        with CaptureQueriesContext(connection) as queries:
            imported(ImportKind.USERS, f"Full Name,Primary Email\n{rows}")
        taken.append(len(queries))
    assert taken[0] == taken[1]
