"""Forms: what is stored, what is refused beside the field, and secrets that never come back."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.unit.web.conftest import World

from passerelle.crm.models import Account, Contact, Lead, Queue, SignInAccount, SystemUser
from passerelle.crm.models.people import FilteringMethod, Role
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, SystemSettings
from passerelle.mailboxes.models.choices import (
    AccessApproval,
    CredentialRetrieval,
    DeliveryMethod,
    Joining,
    ProcessEmailUsing,
)
from passerelle.mailboxes.services import (
    create_forward_mailbox,
    reveal,
    system_settings,
    update_profile,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PASSWORD = "s3cret of the mailbox"
PROFILE = {
    "name": "Second", "statecode": "0", "description": "",
    "incoming_protocol": "imap", "incoming_location": "imap.company.example",
    "incoming_port": "0", "incoming_security": "implicit", "incoming_verify": "on",
    "incoming_credential_retrieval": "0", "incoming_authentication": "0",
    "outgoing_authentication": "0", "oldest_tls": "1.2", "timeout_is_on": "on",
    "sent_copies": "append",
    "outgoing_protocol": "smtp", "outgoing_location": "smtp.company.example",
    "outgoing_port": "0", "outgoing_security": "starttls", "outgoing_verify": "on",
    "outgoing_credential_retrieval": "1",
    "outgoing_username": "relay", "outgoing_password": PASSWORD,
    "max_concurrent_connections": "10", "timeout_seconds": "60", "polling_seconds": "",
    "process_emails_received_after": "",
}  # fmt: skip


def told_beside(html: str, field: str) -> str:
    """The error that stands beside a field, and that the field points at."""
    assert f'aria-describedby="id_{field}_' in html or f"id_{field}_error" in html
    found = re.search(rf'id="id_{field}_error".*?<li>(.*?)</li>', html, re.S)
    return found.group(1) if found else ""


def test_a_profile_is_made_with_its_credentials(world: World, as_administrator: Client) -> None:
    response = as_administrator.post("/profiles/new/", PROFILE)
    profile = EmailServerProfile.objects.get(name="Second")
    assert response["Location"] == reverse("web:profile", args=[profile.pk])
    assert profile.outgoing_credential is not None
    secret = reveal(profile.outgoing_credential)
    assert secret is not None
    assert secret.reveal() == PASSWORD
    for page in ("profile", "profile-edit"):
        shown = as_administrator.get(reverse(f"web:{page}", args=[profile.pk])).content.decode()
        assert PASSWORD not in shown
        assert "relay" in shown


def test_saving_a_profile_again_keeps_its_password(world: World, as_administrator: Client) -> None:
    as_administrator.post("/profiles/new/", PROFILE)
    profile = EmailServerProfile.objects.get(name="Second")
    form = {**PROFILE, "outgoing_password": "", "timeout_seconds": "90"}
    as_administrator.post(reverse("web:profile-edit", args=[profile.pk]), form)
    again = EmailServerProfile.objects.get(pk=profile.pk)
    assert again.timeout_seconds == 90
    assert again.outgoing_credential == profile.outgoing_credential
    assert again.outgoing_credential is not None
    assert again.outgoing_credential.version == 1
    assert again.outgoing_credential.is_password_set


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("name", "", id="a-profile-has-a-name"),
        pytest.param("name", "Company", id="a-name-is-given-once"),
        pytest.param("incoming_location", "https://mail/", id="a-server-is-no-address-of-a-page"),
        pytest.param("incoming_port", "70000", id="ports-end-at-65535"),
        pytest.param("incoming_port", "80", id="ports-below-1024-are-those-of-mail"),
        pytest.param("authorities", "hello", id="authorities-are-certificates"),
        pytest.param("oldest_tls", "0.9", id="a-version-of-tls-is-one"),
        pytest.param("outgoing_username", "{name}*x", id="a-template-knows-its-placeholders"),
        pytest.param("incoming_authorization", "{", id="an-identity-too"),
        pytest.param("min_polling_minutes", "1441", id="a-gap-ends-at-a-day"),
        pytest.param("timeout_seconds", "1", id="a-time-out-is-at-least-five-seconds"),
        pytest.param("outgoing_username", "", id="credentials-of-the-profile-have-a-user"),
        pytest.param("incoming_protocol", "exchange", id="exchange-is-not-offered"),
        pytest.param("incoming_credential_retrieval", "4", id="nobody-reads-anonymously"),
    ],
)
def test_a_profile_is_refused_beside_the_field(
    world: World, as_administrator: Client, field: str, value: str
) -> None:
    response = as_administrator.post("/profiles/new/", {**PROFILE, field: value})
    assert response.status_code == 422
    html = response.content.decode()
    assert told_beside(html, field)
    assert PASSWORD not in html
    assert not EmailServerProfile.objects.filter(name="Second").exists()


def test_an_exchange_profile_says_so_and_can_be_changed(
    world: World, as_administrator: Client
) -> None:
    update_profile(world.profile, incoming_protocol="exchange")
    address = reverse("web:profile-edit", args=[world.profile.pk])
    assert "cannot run yet" in as_administrator.get(address).content.decode()
    assert as_administrator.post(address, {**PROFILE, "name": "Company"}).status_code == 302
    world.profile.refresh_from_db()
    assert world.profile.incoming_can_run


def test_the_port_that_stands_for_none_is_named(world: World, as_administrator: Client) -> None:
    chosen = {"incoming_protocol": "pop3", "incoming_security": "implicit"}
    response = as_administrator.get("/profiles/port/incoming/", chosen)
    assert response.content.decode().strip() == "0 stands for 995."
    assert not as_administrator.get("/profiles/port/incoming/").content.strip()


def test_settings_are_stored_and_the_switch_is_not_among_them(
    world: World, as_administrator: Client
) -> None:
    form = {
        "default_incoming": "2", "default_outgoing": "2", "tracking_prefix": "T#",
        "tracking_base": "5", "tracking_user_digits": "4", "tracking_counter_digits": "5",
        "polling_seconds": "30", "refused_tries_per_day": "0", "largest_message_mb": "10",
        "host_connections": "30", "host_sign_ins": "5",
        "largest_attachment_kb": "5120", "largest_attachments_mb": "25", "blocked_attachments": "",
        "tracked_keyword": "$Seen", "process_email_using": "1", "default_profile": "",
    }  # fmt: skip
    assert as_administrator.post("/settings/", form).status_code == 302
    stored = system_settings()
    assert (stored.tracking_prefix, stored.polling_seconds) == ("T#", 30)
    assert stored.use_correlation is False, "a box that is not ticked is a No"
    assert stored.process_email_using == ProcessEmailUsing.EMAIL_ROUTER
    assert "T#000120004" in as_administrator.get("/settings/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("polling_seconds", "1"),
        ("tracking_prefix", "7"),
        ("tracked_keyword", "two words"),
        ("default_incoming", "9"),
        ("default_outgoing", "3"),
    ],
)
def test_settings_are_refused_beside_the_field(
    world: World, as_administrator: Client, field: str, value: str
) -> None:
    response = as_administrator.post("/settings/", {field: value})
    assert response.status_code == 422
    assert told_beside(response.content.decode(), field)


def test_a_token_that_cannot_be_is_said_while_typing(
    world: World, as_administrator: Client
) -> None:
    typed = {"tracking_prefix": "A:", "tracking_base": "0", "tracking_user_digits": "2"}
    whole = {**typed, "tracking_counter_digits": "3"}
    assert "A:007042" in as_administrator.get("/settings/token/", whole).content.decode()
    assert "make no token" in as_administrator.get("/settings/token/", typed).content.decode()


def test_the_switch_wants_every_line_of_its_checklist(
    world: World, as_administrator: Client
) -> None:
    two = {"stopped": "on", "nothing_pending": "on"}
    assert as_administrator.post("/settings/switch/", two).status_code == 422
    assert system_settings().process_email_using == ProcessEmailUsing.EMAIL_ROUTER
    assert (
        as_administrator.post("/settings/switch/", {**two, "copied_after": "on"}).status_code == 302
    )
    assert SystemSettings.objects.get().process_email_using == 1
    assert as_administrator.post("/settings/switch/").status_code == 302
    assert SystemSettings.objects.get().process_email_using == 0


def test_home_says_that_the_router_still_processes(
    world: World, as_ann: Client, as_administrator: Client
) -> None:
    for client in (as_ann, as_administrator):
        assert "The Email Router processes email" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("path", "form", "model"),
    [
        ("accounts", {"name": "New", "statecode": "0"}, Account),
        ("contacts", {"last_name": "New", "statecode": "0"}, Contact),
        ("leads", {"last_name": "New", "statecode": "0"}, Lead),
    ],
)
def test_customers_are_made_changed_and_searched(
    world: World,
    as_ann: Client,
    path: str,
    form: dict[str, str],
    model: type[Account] | type[Contact] | type[Lead],
) -> None:
    before = model._default_manager.count()
    typed = {**form, "email_address1": "new@customer.example"}
    location = as_ann.post(f"/{path}/new/", typed)["Location"]
    assert model._default_manager.count() == before + 1
    bad = as_ann.post(f"{location}edit/", {**form, "email_address1": "nonsense"})
    assert told_beside(bad.content.decode(), "email_address1")
    assert as_ann.post(f"{location}edit/", {**typed, "email_address1": ""}).status_code == 302
    found = as_ann.get(f"/{path}/", {"q": "New"}).context["page"].rows
    assert [str(row) for row in found] == ["New"]


def test_a_user_gets_a_mailbox_an_account_and_a_link(
    world: World, as_administrator: Client
) -> None:
    form = {"fullname": "Zoé", "internal_email_address": "zoe@company.example"}
    form["incoming_email_filtering_method"] = "1"
    as_administrator.post("/users/new/", form)
    user = SystemUser.objects.get(fullname="Zoé")
    assert Mailbox.objects.get(systemuser=user).approval == AccessApproval.PENDING
    account = reverse("web:user-account", args=[user.pk])
    assert as_administrator.post(account, {"username": "ann", "role": "user"}).status_code == 422
    assert as_administrator.post(account, {"username": "zoe", "role": "user"}).status_code == 302
    shown = as_administrator.post(reverse("web:user-link", args=[user.pk])).content.decode()
    link = re.search(r'value="http://testserver(/sign-in/[^"]+)"', shown)
    assert link
    assert Client().post(link.group(1)).status_code == 302


def test_the_last_administrator_stays_one(world: World, as_administrator: Client) -> None:
    world.bob.delete()
    SignInAccount.objects.filter(pk=world.administrator.pk).update(systemuser=world.bob_user)
    account = reverse("web:user-account", args=[world.bob_user.pk])
    response = as_administrator.post(account, {"role": "user", "is_active": "on"})
    world.administrator.refresh_from_db()
    assert world.administrator.role == Role.ADMINISTRATOR
    assert response.status_code == 422
    assert "last active administrator" in response.content.decode()


def test_members_of_a_queue_are_chosen(world: World, as_administrator: Client) -> None:
    form = {
        "name": "Support", "email_address": "support@company.example", "statecode": "0",
        "incoming_email_filtering_method": "0", "members": [str(world.bob_user.pk)],
    }  # fmt: skip
    address = reverse("web:queue-edit", args=[world.queue.pk])
    assert as_administrator.post(address, form).status_code == 302
    assert list(Queue.objects.get().members.all()) == [world.bob_user]


def test_a_password_of_a_mailbox_is_written_and_never_shown(
    world: World, as_administrator: Client
) -> None:
    address = reverse("web:mailbox-credentials", args=[world.mailbox.pk])
    form = {"direction": "both", "username": "ann", "password": PASSWORD}
    assert as_administrator.post(address, {**form, "password": "a\nb"}).status_code == 422
    assert as_administrator.post(address, form).status_code == 302
    credential = world.mailbox.incoming_credential
    assert credential is not None
    assert credential == world.mailbox.outgoing_credential
    secret = reveal(credential)
    assert secret is not None
    assert secret.reveal() == PASSWORD
    for page in ("mailbox", "mailbox-credentials", "mailbox-edit"):
        shown = as_administrator.get(reverse(f"web:{page}", args=[world.mailbox.pk]))
        assert PASSWORD not in shown.content.decode()


def test_a_mailbox_is_changed(world: World, as_administrator: Client) -> None:
    form = {
        "email_address": "ann@company.example", "profile": str(world.profile.pk),
        "incoming_method": "2", "outgoing_method": "2", "act_method": "2", "statecode": "0",
        "joining": "1", "allow_credentials": "on",
        "process_email_received_after": "2026-01-01T00:00",
    }  # fmt: skip
    address = reverse("web:mailbox-edit", args=[world.mailbox.pk])
    assert as_administrator.post(address, form).status_code == 302
    assert world.mailbox.incoming_method == DeliveryMethod.SERVER_SIDE
    assert world.mailbox.profile == world.profile
    assert world.mailbox.joining == Joining.SURE
    shown = as_administrator.get(reverse("web:mailbox", args=[world.mailbox.pk])).content.decode()
    assert "Only what is sure" in shown
    assert as_administrator.post(address, {**form, "incoming_method": "3"}).status_code == 422
    assert as_administrator.post(address, {**form, "joining": "3"}).status_code == 422


@pytest.mark.parametrize(
    ("action", "approval"),
    [("approve", AccessApproval.APPROVED), ("reject", AccessApproval.REJECTED)],
)
def test_ticked_mailboxes_are_decided_together(
    world: World, as_administrator: Client, action: str, approval: AccessApproval
) -> None:
    chosen = [str(key) for key in Mailbox.objects.values_list("pk", flat=True)[:2]]
    form = {"chosen": chosen, "action": action, "next": "/mailboxes/?approval=pending"}
    response = as_administrator.post("/mailboxes/act/", form)
    assert response["Location"] == "/mailboxes/?approval=pending"
    assert Mailbox.objects.filter(approval=approval).count() == 2


@pytest.mark.parametrize("action", ["test", "sync", "off", "nonsense", ""])
def test_any_button_answers_with_a_sentence(
    world: World, as_administrator: Client, action: str
) -> None:
    form = {"chosen": [str(world.mailbox.pk)], "action": action, "next": "//evil.example"}
    response = as_administrator.post("/mailboxes/act/", form, follow=True)
    assert response.redirect_chain == [("/mailboxes/", 302)]
    assert len(list(response.context["messages"])) == 1


def test_credentials_retrieval_of_windows_is_kept_where_it_stands(
    world: World, as_administrator: Client
) -> None:
    windows = CredentialRetrieval.WINDOWS_INTEGRATED
    update_profile(world.profile, outgoing_credential_retrieval=windows)
    address = reverse("web:profile-edit", args=[world.profile.pk])
    assert "Windows integrated" in as_administrator.get(address).content.decode()
    assert "Windows integrated" not in as_administrator.get("/profiles/new/").content.decode()


def test_the_relay_is_kept_and_its_password_never_shown(
    world: World, as_administrator: Client
) -> None:
    relay = {
        "host": "relay.company.example", "port": "0", "security": "starttls", "verify": "on",
        "sender_address": "passerelle@company.example", "sender_name": "Passerelle",
        "username": "relay", "password": PASSWORD,
    }  # fmt: skip
    assert as_administrator.post("/settings/relay/", relay).status_code == 302
    shown = as_administrator.get("/settings/relay/").content.decode()
    assert "relay.company.example" in shown
    assert PASSWORD not in shown
    refused = as_administrator.post("/settings/relay/", {**relay, "host": "https://relay"})
    assert refused.status_code == 422
    assert "name of the server alone" in told_beside(refused.content.decode(), "host")
    assert PASSWORD not in refused.content.decode()


def test_a_forward_mailbox_is_made_and_only_receives(
    world: World, as_administrator: Client
) -> None:
    values = {"name": "Collector", "email_address": "collector@company.example", "profile": ""}
    response = as_administrator.post("/mailboxes/forward/new/", values)
    made = Mailbox.objects.get(is_forward_mailbox=True)
    assert response["Location"] == reverse("web:mailbox", args=[made.pk])
    page = as_administrator.get(reverse("web:mailbox-edit", args=[made.pk])).content.decode()
    assert 'name="outgoing_method"' not in page
    assert 'name="process_and_delete"' in page
    shown = as_administrator.get(response["Location"]).content.decode()
    assert "Who forwards here" in shown


def test_the_address_of_another_mailbox_is_refused_beside_it(
    world: World, as_administrator: Client
) -> None:
    taken = world.mailbox.email_address.upper()
    values = {"name": "Collector", "email_address": taken, "profile": ""}
    response = as_administrator.post("/mailboxes/forward/new/", values)
    assert response.status_code == 422
    assert "another mailbox" in told_beside(response.content.decode(), "email_address")


def test_forwarding_needs_a_forward_mailbox_first(world: World, as_administrator: Client) -> None:
    address = reverse("web:mailbox-edit", args=[world.mailbox.pk])
    values = {
        "email_address": world.mailbox.email_address,
        "profile": "" if world.mailbox.profile is None else str(world.mailbox.profile.pk),
        "incoming_method": str(DeliveryMethod.FORWARD.value),
        "outgoing_method": "0", "act_method": "2", "statecode": "0", "joining": "0",
        "process_email_received_after": "",
    }  # fmt: skip
    refused = as_administrator.post(address, values)
    assert "forward mailbox first" in told_beside(refused.content.decode(), "incoming_method")
    create_forward_mailbox("Collector", "collector@company.example", by="admin")
    assert as_administrator.post(address, values).status_code == 302
    world.mailbox.refresh_from_db()
    assert world.mailbox.incoming_method == DeliveryMethod.FORWARD


def test_a_new_user_has_only_answers_tracked_unless_somebody_says_otherwise(
    world: World, as_administrator: Client
) -> None:
    offered = as_administrator.get("/users/new/").context["form"]["incoming_email_filtering_method"]
    assert offered.value() == FilteringMethod.REPLIES
