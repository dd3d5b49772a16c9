"""Every address and every role: what is answered. An address that the table lacks fails a test."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.images import png
from tests.unit.web.conftest import World, html_email, sign_in_account, signed_in, unnamed_in_cc
from tests.unit.web.mail.test_where import ignore

from passerelle.alerts.models import Alert
from passerelle.crm.models import (
    AddressResolution,
    AuditEntry,
    EmailSignature,
    EmailTemplate,
    LinkChange,
    QueueItem,
    SignInAccount,
)
from passerelle.crm.models.people import Role
from passerelle.crm.services import (
    FileRules,
    Naming,
    Upload,
    Words,
    add_images,
    keep_wording_images,
    mark,
    name_party,
    regard,
    save_wording,
)
from passerelle.mailboxes.services import request_profile_test
from passerelle.web import urls

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.thorough]

Keys = Callable[[World], list[object]]
Row = tuple[str, Keys, int, int, int]


def none(world: World) -> list[object]:
    return []


def direction(world: World) -> list[object]:
    return ["incoming"]


def no_migration(world: World) -> list[object]:
    return [world.mailbox.pk]


def filed_email(world: World) -> LinkChange:
    """A word on where the received email belongs."""
    email = world.received
    change = regard(email, world.contact, world.administrator, seen=mark(email))
    assert change is not None
    return change


def image_of_draft(world: World) -> str:
    rules = FileRules(file_bytes=1_000, total_bytes=1_000, blocked=())
    return add_images(world.draft, [Upload("a.png", png())], rules)[0].content_id


def shared_image(world: World) -> list[object]:
    """That of a signature for everybody."""
    rules = FileRules(file_bytes=1_000, total_bytes=1_000, blocked=())
    image = keep_wording_images(world.administrator, [Upload("a.png", png())], rules)[0]
    words = {"en": Words(f'<p>Bye<img src="cid:{image.content_id}"></p>')}
    save_wording(EmailSignature(), "Logo", words, by="admin", account=world.administrator)
    return [image.content_id]


def resolution(world: World) -> list[object]:
    party = unnamed_in_cc(world.received)
    name_party(party, world.contact, Naming(everywhere=False, keep_address=False), "ann")
    return [world.received.pk, AddressResolution.objects.get().pk]


def queue_item(world: World) -> QueueItem:
    return QueueItem.objects.get_or_create(
        queue=world.queue, email=world.received, defaults={"entered_on": timezone.now()}
    )[0]


def shared_signature(world: World) -> list[object]:
    record = EmailSignature()
    save_wording(record, "Usual", {"en": Words("<p>Bye</p>")}, by="admin")
    return [record.pk]


def shared_template(world: World) -> list[object]:
    record = EmailTemplate()
    save_wording(record, "Usual", {"en": Words("<p>Hello</p>")}, by="admin")
    return [record.pk]


# name, what stands in the address, status for administrator, user with the email, other user
GET: list[Row] = [
    ("home", none, 200, 200, 200),
    ("password", none, 200, 200, 200),
    ("status", none, 200, 200, 200),
    ("search", none, 200, 200, 200),
    ("my-mailbox", none, 404, 200, 200),
    ("my-timeline", none, 404, 200, 200),
    ("my-credentials", none, 404, 200, 200),
    ("my-never-track", none, 404, 200, 200),
    ("my-aliases", none, 404, 200, 200),
    ("my-folders", none, 404, 200, 200),
    ("my-folder", none, 404, 200, 200),
    ("my-test-steps", lambda w: [w.run.pk], 404, 200, 404),
    ("security", none, 200, 200, 200),
    ("second-factor-set-up", none, 200, 200, 200),
    ("sign-in-settings", none, 200, 403, 403),
    ("single-sign-on", none, 200, 403, 403),
    ("sign-in-accounts", none, 200, 403, 403),
    ("sign-in-account-new", none, 200, 403, 403),
    ("sign-in-account", lambda w: [w.ann.pk], 200, 403, 403),
    ("invitations", none, 200, 403, 403),
    ("invitations-new", none, 200, 403, 403),
    ("records-made", none, 200, 200, 200),
    ("emails", none, 200, 200, 200),
    ("where", none, 200, 200, 200),
    ("email", lambda w: [w.received.pk], 200, 200, 404),
    ("email-frame", lambda w: [html_email(w).pk], 404, 200, 404),
    ("email-regarding", lambda w: [w.received.pk], 200, 200, 404),
    ("email-untrack", lambda w: [w.received.pk], 200, 200, 404),
    ("place-track", lambda w: [ignore(w).pk], 200, 200, 404),
    ("desks", none, 200, 200, 200),
    ("desk", lambda w: [w.queue.pk], 200, 200, 404),
    ("queue-item-route", lambda w: [queue_item(w).pk], 200, 200, 404),
    ("email-person", lambda w: [w.received.pk, unnamed_in_cc(w.received).pk], 200, 200, 404),
    ("email-source", lambda w: [w.received.pk], 404, 200, 404),
    ("email-attachment", lambda w: [w.received.pk, 1], 404, 200, 404),
    ("email-image", lambda w: [w.draft.pk, image_of_draft(w)], 404, 200, 404),
    ("email-new", none, 403, 200, 200),
    ("email-edit", lambda w: [w.draft.pk], 404, 200, 404),
    ("writing", none, 200, 200, 200),
    ("signature-new", none, 200, 200, 200),
    ("signature", shared_signature, 200, 200, 200),
    ("template-new", none, 200, 200, 200),
    ("template", shared_template, 200, 200, 200),
    ("wording-image", shared_image, 200, 200, 200),
    ("settings", none, 200, 403, 403),
    ("settings-token", none, 200, 403, 403),
    ("settings-switch", none, 200, 403, 403),
    ("relay", none, 200, 403, 403),
    ("profiles", none, 200, 403, 403),
    ("profile-new", none, 200, 403, 403),
    ("profile-port", direction, 200, 403, 403),
    ("profile-names", direction, 200, 403, 403),
    ("profile-steps", lambda w: [request_profile_test(w.profile, "x").pk], 200, 403, 403),
    ("profile", lambda w: [w.profile.pk], 200, 403, 403),
    ("profile-edit", lambda w: [w.profile.pk], 200, 403, 403),
    ("mailboxes", none, 200, 403, 403),
    ("mailboxes-bulk", none, 302, 403, 403),
    ("bulk-history", none, 200, 403, 403),
    ("bulk", no_migration, 404, 403, 403),
    ("bulk-progress", no_migration, 404, 403, 403),
    ("waves", none, 200, 403, 403),
    ("wave-new", none, 200, 403, 403),
    ("wave-plan", no_migration, 404, 403, 403),
    ("wave-progress", no_migration, 404, 403, 403),
    ("wave-gaps", no_migration, 404, 403, 403),
    ("wave-members", lambda w: [w.mailbox.pk, 1], 404, 403, 403),
    ("mailbox", lambda w: [w.mailbox.pk], 200, 403, 403),
    ("forward-mailbox-new", none, 200, 403, 403),
    ("mailbox-decisions", lambda w: [w.mailbox.pk], 200, 403, 403),
    ("mailbox-timeline", lambda w: [w.mailbox.pk], 200, 403, 403),
    ("mailbox-folders", lambda w: [w.mailbox.pk], 200, 403, 403),
    ("mailbox-folder", lambda w: [w.mailbox.pk], 200, 403, 403),
    ("mailbox-epoch", lambda w: [w.mailbox.pk], 200, 403, 403),
    ("mailbox-edit", lambda w: [w.mailbox.pk], 200, 403, 403),
    ("mailbox-credentials", lambda w: [w.mailbox.pk], 200, 403, 403),
    ("test-steps", lambda w: [w.run.pk], 200, 403, 403),
    ("users", none, 200, 403, 403),
    ("user-new", none, 200, 403, 403),
    ("user", lambda w: [w.ann_user.pk], 200, 403, 403),
    ("user-edit", lambda w: [w.ann_user.pk], 200, 403, 403),
    ("queues", none, 200, 403, 403),
    ("queue-new", none, 200, 403, 403),
    ("queue", lambda w: [w.queue.pk], 200, 403, 403),
    ("queue-edit", lambda w: [w.queue.pk], 200, 403, 403),
    ("alerts", none, 200, 403, 403),
    ("audit", none, 200, 403, 403),
    ("audit-export", none, 200, 403, 403),
    ("audit-entry", lambda _: [AuditEntry.objects.latest("done_on").pk], 200, 403, 403),
    ("alert-cause", lambda _: [Alert.objects.get().cause], 200, 403, 403),
    ("notices", none, 200, 403, 403),
    ("health", none, 200, 403, 403),
    ("installation", none, 200, 403, 403),
    ("tracking", none, 200, 403, 403),
    ("sharing", none, 200, 403, 403),
    ("tracking-never", none, 200, 403, 403),
    ("aliases-waiting", none, 200, 403, 403),
    ("user-aliases", lambda w: [w.ann_user.pk], 200, 403, 403),
    ("queue-aliases", lambda w: [w.queue.pk], 200, 403, 403),
    ("sending-limits", none, 200, 403, 403),
    ("user-never-track", lambda w: [w.ann_user.pk], 200, 403, 403),
    ("queue-never-track", lambda w: [w.queue.pk], 200, 403, 403),
    ("upkeep", none, 200, 403, 403),
    ("quarantine", none, 200, 403, 403),
    ("quarantine-item", lambda w: [w.quarantined.pk], 200, 403, 403),
    ("imports", none, 200, 403, 403),
    ("import-new", none, 200, 403, 403),
    ("import", no_migration, 404, 403, 403),
    ("import-columns", no_migration, 404, 403, 403),
    ("import-progress", no_migration, 404, 403, 403),
    ("import-refused", no_migration, 404, 403, 403),
    ("teams", none, 200, 403, 403),
    ("team", no_migration, 404, 403, 403),
    ("migrations", none, 200, 403, 403),
    ("migration-files", none, 200, 403, 403),
    ("migration-table", none, 200, 403, 403),
    ("migration-table-csv", none, 200, 403, 403),
    ("migration", no_migration, 404, 403, 403),
    ("migration-progress", no_migration, 404, 403, 403),
    ("migration-profiles", no_migration, 404, 403, 403),
    ("migration-review", no_migration, 404, 403, 403),
    ("migration-people", no_migration, 404, 403, 403),
    ("migration-person", lambda w: [*no_migration(w), 1], 404, 403, 403),
    ("migration-profile", lambda w: [*no_migration(w), "k"], 404, 403, 403),
    ("migration-names", none, 200, 403, 403),
    ("migration-json", no_migration, 404, 403, 403),
    ("migration-csv", no_migration, 404, 403, 403),
    ("migration-undo", no_migration, 404, 403, 403),
    ("migration-credentials", no_migration, 404, 403, 403),
    ("migration-decisions", no_migration, 404, 403, 403),
    ("migration-decisions-table", no_migration, 404, 403, 403),
    ("accounts", none, 200, 200, 200),
    ("account-new", none, 200, 200, 200),
    ("account", lambda w: [w.account.pk], 200, 200, 200),
    ("account-edit", lambda w: [w.account.pk], 200, 200, 200),
    ("account-merge", lambda w: [w.account.pk], 200, 200, 200),
    ("account-merging", lambda w: [w.account.pk], 200, 200, 200),
    ("contacts", none, 200, 200, 200),
    ("contact-new", none, 200, 200, 200),
    ("contact", lambda w: [w.contact.pk], 200, 200, 200),
    ("contact-edit", lambda w: [w.contact.pk], 200, 200, 200),
    ("contact-merge", lambda w: [w.contact.pk], 200, 200, 200),
    ("contact-merging", lambda w: [w.contact.pk], 200, 200, 200),
    ("leads", none, 200, 200, 200),
    ("lead-new", none, 200, 200, 200),
    ("lead", lambda w: [w.lead.pk], 200, 200, 200),
    ("lead-edit", lambda w: [w.lead.pk], 200, 200, 200),
    ("lead-merge", lambda w: [w.lead.pk], 200, 200, 200),
    ("lead-merging", lambda w: [w.lead.pk], 200, 200, 200),
]
POST: list[Row] = [
    ("email-pictures", lambda w: [w.received.pk], 404, 302, 404),
    ("display", none, 302, 302, 302),
    ("email-reason", lambda w: [w.received.pk], 422, 404, 404),
    ("email-accept", lambda w: [w.received.pk], 302, 302, 404),
    ("email-refuse", lambda w: [w.received.pk], 302, 302, 404),
    ("email-undo", lambda w: [w.received.pk, filed_email(w).pk], 302, 302, 404),
    ("email-reply", lambda w: [w.received.pk], 404, 302, 404),
    ("email-reply-all", lambda w: [w.received.pk], 404, 302, 404),
    ("email-forward", lambda w: [w.received.pk], 404, 302, 404),
    ("email-save", lambda w: [w.draft.pk], 404, 200, 404),
    ("email-images", lambda w: [w.draft.pk], 404, 200, 404),
    ("wording-images", none, 200, 200, 200),
    ("queue-signature", lambda w: [w.queue.pk], 302, 302, 404),
    ("user-send-as", lambda w: [w.ann_user.pk], 302, 403, 403),
    ("email-discard", lambda w: [w.draft.pk], 404, 302, 404),
    ("email-was-sent", lambda w: [w.lost.pk], 302, 302, 404),
    ("email-again", lambda w: [w.lost.pk], 302, 302, 404),
    ("desk-next", lambda w: [w.queue.pk], 404, 302, 404),
    ("desk-finish-before", lambda w: [w.queue.pk], 422, 422, 404),
    ("queue-item-step", lambda w: [queue_item(w).pk, "finish"], 302, 302, 404),
    ("email-person-undo", resolution, 302, 302, 404),
    ("account-emails", lambda w: [w.account.pk], 302, 302, 302),
    ("contact-emails", lambda w: [w.contact.pk], 302, 302, 302),
    ("lead-emails", lambda w: [w.lead.pk], 302, 302, 302),
    ("account-address-drop", lambda w: [w.account.pk], 302, 302, 302),
    ("contact-address-drop", lambda w: [w.contact.pk], 302, 302, 302),
    ("lead-address-drop", lambda w: [w.lead.pk], 302, 302, 302),
    ("account-addresses-good", lambda w: [w.account.pk], 302, 302, 302),
    ("contact-addresses-good", lambda w: [w.contact.pk], 302, 302, 302),
    ("lead-addresses-good", lambda w: [w.lead.pk], 302, 302, 302),
    ("email-take-back", lambda w: [w.lost.pk], 302, 302, 404),
    ("import-layout", no_migration, 404, 403, 403),
    ("import-start", no_migration, 404, 403, 403),
    ("import-stop", no_migration, 404, 403, 403),
    ("migration-people-act", no_migration, 404, 403, 403),
    ("migration-answers", no_migration, 404, 403, 403),
    ("migration-abandon", no_migration, 404, 403, 403),
    ("records-made-back", none, 302, 302, 302),
    ("my-options", none, 404, 422, 422),
    ("my-mailbox-test", none, 404, 302, 302),
    ("single-sign-on-ask", none, 422, 403, 403),
    ("invitations-again", none, 302, 403, 403),
    ("invitations-withdraw", none, 302, 403, 403),
    ("sign-in-account-link", lambda w: [w.ann.pk], 200, 403, 403),
    ("sign-in-account-invite", lambda w: [w.ann.pk], 302, 403, 403),
    ("sign-in-account-revoke", lambda w: [w.ann.pk], 302, 403, 403),
    ("sign-in-account-identity", lambda w: [w.ann.pk, w.ann.pk], 302, 403, 403),
    ("sign-in-account-factor", lambda w: [w.ann.pk], 302, 403, 403),
    ("sign-in-account-sessions", lambda w: [w.bob.pk], 302, 403, 403),
    ("sign-in-account-session", lambda w: [w.bob.pk, w.mailbox.pk], 302, 403, 403),
    ("second-factor-remove", none, 422, 422, 422),
    ("session-end", lambda w: [w.mailbox.pk], 302, 302, 302),
    ("sessions-end", none, 302, 302, 302),
    ("relay-test", none, 422, 403, 403),
    ("profile-test", lambda w: [w.profile.pk], 302, 403, 403),
    ("profile-default", lambda w: [w.profile.pk], 302, 403, 403),
    ("profile-limits", lambda w: [w.profile.pk], 302, 403, 403),
    ("profile-state", lambda w: [w.profile.pk], 302, 403, 403),
    ("mailboxes-act", none, 302, 403, 403),
    ("bulk-stop", no_migration, 404, 403, 403),
    ("wave-step", no_migration, 404, 403, 403),
    ("user-account", lambda w: [w.ann_user.pk], 422, 403, 403),
    ("user-sharing", lambda w: [w.ann_user.pk], 302, 403, 403),
    ("queue-sharing", lambda w: [w.queue.pk], 302, 403, 403),
    ("user-link", lambda w: [w.ann_user.pk], 200, 403, 403),
    ("quarantine-source", lambda w: [w.quarantined.pk], 422, 403, 403),
    ("quarantine-again", lambda w: [w.quarantined.pk], 302, 403, 403),
    ("quarantine-take", lambda w: [w.quarantined.pk], 302, 403, 403),
    ("notices-test", none, 302, 403, 403),
    ("alert-again", lambda _: [Alert.objects.get().cause], 302, 403, 403),
    ("installation-confirm", none, 422, 403, 403),
    ("installation-copy", none, 302, 403, 403),
    ("alert-done", lambda _: [Alert.objects.get().pk], 302, 403, 403),
]
# What an operator of mailboxes may open of all that users may not.
OPERATED = {
    "mailboxes",
    "mailbox",
    "mailbox-timeline",
    "mailbox-decisions",
    "mailbox-epoch",
    "mailbox-credentials",
    "test-steps",
    "alerts",
}
OPERATED |= {"mailboxes-act", "alert-done", "alert-cause", "alert-again"}
OPERATED |= {"mailboxes-bulk", "bulk-history", "bulk", "bulk-progress", "bulk-stop"}
OPEN_TO_MONITORS = {"health-live", "health-ready", "metrics"}  # see test_health_pages.py
OPEN_TO_ALL = {
    "sign-in",
    "second-factor",
    "provider-start",
    "provider-invited",
    "provider-back",
    "sign-in-link",
    "sign-out",
    "language",
}


@contextmanager
def undone() -> Iterator[None]:
    """One company serves many presses: making it is slow, and each shall find it as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# The administrator, the user with the email and another user, by the column of their answers.
@pytest.mark.parametrize(("who", "column"), [("administrator", 2), ("ann", 3), ("bob", 4)])
@pytest.mark.parametrize(
    ("rows", "method"), [(GET, "get"), (POST, "post")], ids=["pages", "buttons"]
)
def test_each_role_is_answered(
    world: World, rows: list[Row], method: str, who: str, column: int
) -> None:
    found = {}
    for row in rows:
        with undone():
            address = reverse(f"web:{row[0]}", args=row[1](world))
            client = signed_in(getattr(world, who))
            found[row[0]] = getattr(client, method)(address).status_code
    assert found == {row[0]: row[column] for row in rows}


@pytest.mark.parametrize(
    ("rows", "method"), [(GET, "get"), (POST, "post")], ids=["pages", "buttons"]
)
def test_an_operator_has_the_mailboxes_and_no_more(
    world: World, rows: list[Row], method: str
) -> None:
    operator = sign_in_account("operator", Role.OPERATOR)
    client = signed_in(operator)
    for name, keys, administrator, _, stranger in rows:
        if stranger != 403 or name in {"sessions-end"}:
            continue
        with undone():
            status = getattr(client, method)(reverse(f"web:{name}", args=keys(world))).status_code
        assert status == (administrator if name in OPERATED else 403), name


def test_an_operator_reads_nobodys_mail(world: World) -> None:
    client = signed_in(sign_in_account("operator", Role.OPERATOR))
    for name in ("email", "email-source"):
        assert client.get(reverse(f"web:{name}", args=[world.received.pk])).status_code == 404
    reason = {"reason": "curiosity"}
    address = reverse("web:email-reason", args=[world.received.pk])
    assert client.post(address, reason).status_code == 404
    for page in ("/", "/emails/", reverse("web:mailbox", args=[world.mailbox.pk])):
        assert "The text of the order" not in client.get(page).content.decode()


def test_an_operator_switches_no_mailbox_off(world: World) -> None:
    client = signed_in(sign_in_account("operator", Role.OPERATOR))
    form = {"action": "off", "chosen": str(world.mailbox.pk)}
    assert client.post(reverse("web:mailboxes-act"), form).status_code == 403


def links_of(html: str) -> set[str]:
    """Where the links of a page lead within these pages."""
    found = {link.partition("#")[0] for link in re.findall(r'<a [^>]*href="(/[^"]*)"', html)}
    return {link.replace("&amp;", "&") for link in found if not link.startswith("/static/")}


@pytest.mark.parametrize("who", ["operator", "ann", "bob"])
def test_no_page_leads_where_one_may_not_go(world: World, who: str) -> None:
    sign_in_account("operator", Role.OPERATOR)
    client = signed_in(SignInAccount.objects.get(username=who))
    links: dict[str, str] = {}
    for name, keys, *_ in GET:
        response = client.get(reverse(f"web:{name}", args=keys(world)))
        if response.status_code == 200 and "text/html" in response["Content-Type"]:
            links |= dict.fromkeys(links_of(response.content.decode()), name)
    closed = {
        link: page for link, page in links.items() if client.get(link).status_code in {403, 404}
    }
    assert closed == {}


def test_who_has_not_signed_in_is_sent_there_and_comes_back(world: World) -> None:
    for name, keys, *_ in GET:
        address = reverse(f"web:{name}", args=keys(world))
        response = Client().get(address)
        assert response.status_code == 302, name
        assert response["Location"].startswith(f"{reverse('web:sign-in')}?next="), name
        assert Client().get(address, headers={"HX-Request": "true"})["HX-Redirect"], name


def test_a_button_does_nothing_for_who_has_not_signed_in(world: World) -> None:
    for name, keys, *_ in POST:
        response = Client().post(reverse(f"web:{name}", args=keys(world)))
        assert response.status_code == 302, name
        assert response["Location"].startswith(reverse("web:sign-in")), name


def test_a_button_is_no_link(world: World) -> None:
    client = signed_in(world.administrator)
    for name, keys, *_ in POST:
        assert client.get(reverse(f"web:{name}", args=keys(world))).status_code == 405, name


def test_a_form_of_another_site_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.administrator, backend="django.contrib.auth.backends.ModelBackend")
    for name, keys, *_ in POST:
        assert client.post(reverse(f"web:{name}", args=keys(world))).status_code == 403, name


def test_the_table_holds_every_address() -> None:
    names = {pattern.name for pattern in urls.urlpatterns}
    assert names == {row[0] for row in (*GET, *POST)} | OPEN_TO_ALL | OPEN_TO_MONITORS
