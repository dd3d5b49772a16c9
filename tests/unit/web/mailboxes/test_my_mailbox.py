"""My mailbox: one's own credentials, consent, choices and test, and nothing of others."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.unit.web.conftest import World

from passerelle.crm.models import AuditEntry, SystemUser
from passerelle.crm.models.people import FilteringMethod, SharedLevel
from passerelle.crm.sharing import share_usually
from passerelle.mailboxes import models
from passerelle.mailboxes.models import Mailbox
from passerelle.mailboxes.models.tracking import OwnOptions
from passerelle.mailboxes.services import reveal, save_tracking_rules

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PASSWORD = "s3cret of the mailbox"
CREDENTIALS = {"direction": "both", "username": "ann.mail", "password": PASSWORD}


def mailbox_of(user: SystemUser) -> Mailbox:
    return Mailbox.objects.get(systemuser=user)


def test_it_shows_how_it_stands_and_what_became_of_the_mail(
    world: World, as_ann: Client, as_bob: Client
) -> None:
    ours = as_ann.get("/my-mailbox/").content.decode()
    assert "ann@company.example" in ours
    assert "carla@customer.example" in ours
    theirs = as_bob.get("/my-mailbox/").content.decode()
    assert "bob@company.example" in theirs
    assert "carla@customer.example" not in theirs


def test_the_credentials_are_kept_for_oneself_alone_and_never_shown(
    world: World, as_ann: Client, as_administrator: Client
) -> None:
    assert as_ann.post("/my-mailbox/credentials/", CREDENTIALS).status_code == 302
    held = mailbox_of(world.ann_user).incoming_credential
    assert held is not None
    secret = reveal(held)
    assert secret is not None
    assert secret.reveal() == PASSWORD
    assert mailbox_of(world.bob_user).incoming_credential is None
    for client, address in (
        (as_ann, "/my-mailbox/"),
        (as_ann, "/my-mailbox/credentials/"),
        (as_administrator, f"/mailboxes/{world.mailbox.pk}/"),
        (as_administrator, f"/mailboxes/{world.mailbox.pk}/credentials/"),
    ):
        assert PASSWORD not in client.get(address).content.decode()
    entry = AuditEntry.objects.get(action="credentials.changed")
    assert (entry.username, entry.subject_id) == ("ann", world.mailbox.pk)
    assert PASSWORD not in str(entry.detail)


def test_a_form_cannot_name_another_mailbox(world: World, as_bob: Client) -> None:
    other = str(world.mailbox.pk)
    form = {**CREDENTIALS, "mailbox": other, "key": other, "systemuser": str(world.ann_user.pk)}
    as_bob.post("/my-mailbox/credentials/", form)
    as_bob.post("/my-mailbox/options/", {**form, "allow_credentials": "on", "filtering": "4"})
    as_bob.post("/my-mailbox/test/", form)
    ann = mailbox_of(world.ann_user)
    assert ann.incoming_credential is None
    assert not ann.allow_credentials
    assert models.TestRun.objects.filter(mailbox=ann).count() == 1  # the one there was
    assert models.TestRun.objects.filter(mailbox__systemuser=world.bob_user).count() == 1


@pytest.mark.parametrize("address", ["/my-mailbox/tests/{}/", "/mailboxes/tests/{}/"])
def test_a_test_that_ended_brings_its_whole_page_anew(
    world: World, as_ann: Client, as_administrator: Client, address: str
) -> None:
    models.TestRun.objects.update(finished_on=timezone.now())
    reader = as_ann if address.startswith("/my") else as_administrator
    assert reader.get(address.format(world.run.pk)).headers["HX-Refresh"] == "true"


def test_consent_and_filter_are_the_persons_own(world: World, as_ann: Client) -> None:
    form = {"allow_credentials": "on", "filtering": str(FilteringMethod.NONE.value)}
    assert as_ann.post("/my-mailbox/options/", form).status_code == 302
    mailbox = mailbox_of(world.ann_user)
    assert mailbox.allow_credentials
    assert mailbox.systemuser is not None
    assert mailbox.systemuser.incoming_email_filtering_method == FilteringMethod.NONE
    changed = {
        (entry.subject_kind, *entry.detail) for entry in AuditEntry.objects.filter(username="ann")
    }
    assert changed == {
        ("mailbox", "allow_credentials"),
        ("systemuser", "incoming_email_filtering_method"),
    }
    as_ann.post("/my-mailbox/options/", form)
    assert AuditEntry.objects.filter(username="ann").count() == 2


def test_what_others_see_is_only_made_stricter(world: World, as_ann: Client) -> None:
    share_usually(SharedLevel.SUBJECT, "admin")
    offered = as_ann.get("/my-mailbox/").context["form"].fields["shared"].choices
    assert [(value, str(label)) for value, label in offered] == [
        ("", "As the administrator says: Who, when and subject"),
        (0, "Nothing"),
        (1, "Who and when"),
    ]
    form = {"filtering": "0", "shared": str(SharedLevel.METADATA.value)}
    assert as_ann.post("/my-mailbox/options/", form).status_code == 302
    world.ann_user.refresh_from_db()
    assert world.ann_user.own_shared_level == SharedLevel.METADATA
    for level in ("3", "9", "x"):
        refused = as_ann.post("/my-mailbox/options/", form | {"shared": level})
        assert refused.status_code == 422
    as_ann.post("/my-mailbox/options/", form | {"shared": ""})
    world.ann_user.refresh_from_db()
    assert world.ann_user.own_shared_level is None


@pytest.mark.parametrize("filtering", ["", "9", "-1", "all"])
def test_a_filter_that_is_none_is_refused(world: World, as_ann: Client, filtering: str) -> None:
    assert as_ann.post("/my-mailbox/options/", {"filtering": filtering}).status_code == 422


@pytest.mark.parametrize(
    "setting", ["enabled_for_incoming", "profile", "approval", "email_address"]
)
def test_what_only_an_administrator_sets_stays(world: World, as_ann: Client, setting: str) -> None:
    before = getattr(mailbox_of(world.ann_user), setting)
    form = {"filtering": "0", setting: "1"}
    as_ann.post("/my-mailbox/options/", form)
    assert getattr(mailbox_of(world.ann_user), setting) == before


def test_the_test_and_its_steps_are_ones_own(world: World, as_ann: Client, as_bob: Client) -> None:
    page = as_ann.get("/my-mailbox/").content.decode()
    assert f"/my-mailbox/tests/{world.run.pk}/" in page
    steps = as_ann.get(f"/my-mailbox/tests/{world.run.pk}/")
    assert "192.0.2.1" in steps.content.decode()
    assert f'hx-get="/my-mailbox/tests/{world.run.pk}/"' in steps.content.decode()
    assert "HX-Refresh" not in steps.headers
    assert as_bob.get(f"/my-mailbox/tests/{world.run.pk}/").status_code == 404


def test_the_menu_names_it_to_who_has_one(
    world: World, as_ann: Client, as_administrator: Client
) -> None:
    assert 'href="/my-mailbox/"' in as_ann.get("/").content.decode()
    assert 'href="/my-mailbox/"' not in as_administrator.get("/").content.decode()


def options_page(client: Client) -> str:
    return client.get("/my-mailbox/").content.decode()


def filtering_of(world: World) -> int:
    return SystemUser.objects.get(pk=world.ann_user.pk).incoming_email_filtering_method


def test_an_option_that_is_hidden_is_neither_offered_nor_taken(
    world: World, as_ann: Client
) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.REPLIES)
    save_tracking_rules({"own_options": OwnOptions.ALL_BUT_EVERYTHING}, by="zoe")
    assert "All email messages" not in options_page(as_ann)
    form = {"allow_credentials": "on", "filtering": str(FilteringMethod.ALL.value)}
    assert as_ann.post("/my-mailbox/options/", form).status_code == 422
    form["filtering"] = str(FilteringMethod.NONE.value)
    assert as_ann.post("/my-mailbox/options/", form).status_code == 302
    assert filtering_of(world) == FilteringMethod.NONE


@pytest.mark.parametrize(
    ("rules", "says", "counts"),
    [
        pytest.param(
            {"own_options": OwnOptions.NONE}, "An administrator chooses this for you.",
            "in response to tracked email", id="an-administrator",
        ),
        pytest.param(
            {"forced_filter": FilteringMethod.NONE},
            "The organization decides this for all users.", "No email messages",
            id="the-organization",
        ),
    ],
)  # fmt: skip
def test_where_another_decides_the_page_says_so_and_the_rest_can_be_saved(
    world: World, as_ann: Client, rules: dict[str, int], says: str, counts: str
) -> None:
    SystemUser.objects.update(incoming_email_filtering_method=FilteringMethod.REPLIES)
    save_tracking_rules(rules, by="zoe")
    page = options_page(as_ann)
    assert says in page
    assert counts in page
    assert 'name="filtering"' not in page
    form = {"allow_credentials": "on", "filtering": str(FilteringMethod.ALL.value)}
    assert as_ann.post("/my-mailbox/options/", form).status_code == 302
    assert filtering_of(world) == FilteringMethod.REPLIES
    assert mailbox_of(world.ann_user).allow_credentials


def test_administrators_are_told_where_the_option_of_a_user_does_not_count(
    world: World, as_administrator: Client
) -> None:
    address = f"/users/{world.ann_user.pk}/"
    assert "Does not count" not in as_administrator.get(address).content.decode()
    save_tracking_rules({"forced_filter": FilteringMethod.NONE}, by="zoe")
    page = as_administrator.get(address).content.decode()
    assert "Does not count: the organization decides for all users (No email messages)." in page
