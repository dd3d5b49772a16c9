"""Connections made of profiles and credentials, and what a refusal of them means."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.stored_rows import MadeOnce
from tests.system.servers.certificates import make_certificates
from tests.unit.mailboxes.conftest import PASSWORD, MailboxMaker, make_ready
from tests.unit.mailboxes.memory import MemoryServers

from passerelle.alerts.models import Alert
from passerelle.engine.models import Host
from passerelle.engine.services import Killed, crash_points, state_of
from passerelle.faults import Secret
from passerelle.faults.mail.protocols import LoginPostponed, LoginRefused
from passerelle.faults.mailboxes import (
    CredentialsWait,
    MailboxFault,
    NotApproved,
)
from passerelle.faults.profiles import SignInsPaced, UserNameNotMade
from passerelle.mailboxes.models import EmailServerProfile, Mailbox, Refusal
from passerelle.mailboxes.models.choices import ProcessEmailUsing
from passerelle.mailboxes.services import (
    incoming_of,
    open_sender,
    open_sent_folder,
    open_source,
    outgoing_of,
    save_settings,
    set_mailbox_password,
    set_profile_password,
    source_of,
    start_of,
    switch_processing,
    update_profile,
)
from passerelle.mailboxes.services.opening import hello_name
from passerelle.mailboxes.services.starts import first_start
from passerelle.mailboxes.signing_in.refusals import gap_between_tries
from passerelle.protocols.interfaces import Endpoint, Login, Security, SentFolder, TlsVersion

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REFUSED = LoginRefused(host="imap.example.com", account="anna", answer="no")


def again(mailbox: Mailbox) -> Mailbox:
    return Mailbox.objects.get(pk=mailbox.pk)


@pytest.mark.parametrize(
    ("profile_start", "expected"),
    [
        pytest.param(None, NOW - timedelta(hours=24), id="a-day-before-enabling"),
        pytest.param(NOW - timedelta(days=42), NOW - timedelta(hours=24), id="not-the-whole-wave"),
        pytest.param(NOW - timedelta(hours=2), NOW - timedelta(hours=2), id="profile-begins-later"),
    ],
)
def test_first_start(profile_start: datetime | None, expected: datetime) -> None:
    assert first_start(profile_start, NOW) == expected


@pytest.mark.parametrize(
    ("hostname", "expected"),
    [
        pytest.param("crm.example.com", "crm.example.com", id="a-full-name"),
        pytest.param("crm", "[127.0.0.1]", id="a-short-name-says-nothing"),
        pytest.param("crm .example.com", "[127.0.0.1]", id="no-name-at-all"),
    ],
)
def test_hello_name(hostname: str, expected: str) -> None:
    assert hello_name(hostname) == expected


@pytest.mark.django_db
@pytest.mark.database
class TestConnections:
    @pytest.mark.parametrize(
        ("change", "ports"),
        [
            pytest.param({}, (993, 587), id="the-defaults-are-encrypted"),
            pytest.param({"incoming_security": "starttls"}, (143, 587), id="imap-starttls"),
            pytest.param({"incoming_protocol": "pop3"}, (995, 587), id="pop3-tls"),
            pytest.param(
                {"incoming_protocol": "pop3", "incoming_security": "none"}, (110, 587), id="pop3"
            ),
            pytest.param({"outgoing_security": "implicit"}, (993, 465), id="smtp-tls"),
            pytest.param({"outgoing_security": "none"}, (993, 25), id="smtp"),
            pytest.param({"incoming_port": 1143, "outgoing_port": 2525}, (1143, 2525), id="given"),
        ],
    )
    def test_ports(self, mailbox: Mailbox, change: dict[str, Any], ports: tuple[int, int]) -> None:
        assert mailbox.profile is not None
        update_profile(mailbox.profile, **change)
        box = again(mailbox)
        assert (incoming_of(box).endpoint.port, outgoing_of(box).endpoint.port) == ports

    def test_bounds_are_those_of_profile_and_settings(self, mailbox: Mailbox) -> None:
        assert mailbox.profile is not None
        update_profile(mailbox.profile, timeout_seconds=600)
        save_settings({"largest_message_mb": 20}, by="root")
        limits = incoming_of(again(mailbox)).endpoint.limits
        assert (limits.answer_seconds, limits.connect_seconds) == (600.0, 20.0)
        assert (limits.exchange_seconds, limits.message_bytes) == (600.0, 20_000_000)

    def test_a_login_shows_no_password(self, mailbox: Mailbox) -> None:
        connection = incoming_of(mailbox)
        assert connection.login is not None
        assert (connection.login.username, connection.login.password) == ("anna", Secret(PASSWORD))
        assert PASSWORD not in repr(connection)
        assert connection.endpoint.security is Security.IMPLICIT

    def test_the_credentials_of_the_profile_serve_all(
        self, mailbox: Mailbox, profile: EmailServerProfile
    ) -> None:
        set_profile_password(profile, None, "service", Secret("s"))
        update_profile(profile, incoming_credential_retrieval=1)
        login = incoming_of(again(mailbox)).login
        assert login is not None
        assert login.username == "service"

    def test_an_anonymous_relay_has_no_login(
        self, mailbox: Mailbox, profile: EmailServerProfile
    ) -> None:
        update_profile(profile, outgoing_credential_retrieval=4)
        assert outgoing_of(again(mailbox)).login is None

    def test_what_hinders_is_raised(self, make_mailbox: MailboxMaker) -> None:
        with pytest.raises(NotApproved):
            incoming_of(make_mailbox(approval=2))

    @pytest.mark.parametrize(
        ("change", "same"),
        [
            pytest.param(
                lambda box: update_profile(box.profile, incoming_security="starttls"),
                True,
                id="encryption-is-no-other-source",
            ),
            pytest.param(
                lambda box: update_profile(box.profile, incoming_port=993),
                True,
                id="the-usual-port-spelled-out",
            ),
            pytest.param(
                lambda box: set_mailbox_password(box, None, "anna", Secret("new")),
                True,
                id="a-new-password",
            ),
            pytest.param(
                lambda box: update_profile(box.profile, incoming_location="IMAP.example.com"),
                True,
                id="capitals",
            ),
            pytest.param(
                lambda box: update_profile(box.profile, incoming_location="other.example.com"),
                False,
                id="another-server",
            ),
            pytest.param(
                lambda box: update_profile(box.profile, incoming_protocol="pop3"),
                False,
                id="another-protocol",
            ),
            pytest.param(
                lambda box: update_profile(box.profile, incoming_port=1993),
                False,
                id="another-port",
            ),
            pytest.param(
                lambda box: set_mailbox_password(box, None, "bert", None),
                False,
                id="another-account",
            ),
        ],
    )
    def test_the_source(
        self, mailbox: Mailbox, change: Callable[[Mailbox], object], same: bool
    ) -> None:
        before = source_of(mailbox)
        change(mailbox)
        assert (source_of(again(mailbox)) == before) is same

    def test_the_start_before_enabling(self, mailbox: Mailbox) -> None:
        assert start_of(mailbox, NOW) == NOW - timedelta(hours=24)
        mailbox.process_email_received_after = NOW
        assert start_of(mailbox) == NOW


@pytest.mark.parametrize(
    ("tries", "hours"),
    [
        pytest.param(3, 8, id="three-a-day-are-eight-hours-apart"),
        pytest.param(24, 1, id="hourly"),
        pytest.param(0, 36_500 * 24, id="none-a-day-is-never"),
    ],
)
def test_gap_between_tries(tries: int, hours: int) -> None:
    assert gap_between_tries(tries) == timedelta(hours=hours)


def _refusing(endpoint: Endpoint, login: Login) -> SentFolder:
    raise REFUSED


@pytest.mark.django_db
@pytest.mark.database
class TestRefusals:
    @pytest.fixture
    def box(self, make_mailbox: MailboxMaker) -> Mailbox:
        switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
        return make_mailbox(enabled_for_incoming=True, enabled_for_outgoing=True)

    @pytest.fixture
    def servers(self) -> MemoryServers:
        return MemoryServers(source_faults=[REFUSED])

    def refused(self, box: Mailbox, servers: MemoryServers) -> Refusal:
        with pytest.raises(LoginRefused):
            open_source(box, opener=servers)
        return Refusal.objects.get()

    def test_after_one_refusal_nobody_tries(self, box: Mailbox, servers: MemoryServers) -> None:
        refusal = self.refused(box, servers)
        assert refusal.next_try_on - refusal.refused_on == timedelta(hours=8)
        for _ in range(3):
            with pytest.raises(CredentialsWait) as caught:
                open_source(box, opener=servers)
        assert servers.openings == ["imap"]
        assert PASSWORD not in repr(caught.value.facts)

    def told(self, box: Mailbox) -> list[tuple[str, str]]:
        alerts = Alert.objects.filter(subject_id=box.pk, closed_on=None)
        return list(alerts.values_list("activity", "code"))

    def test_it_is_told_once_whatever_met_it(self, box: Mailbox, servers: MemoryServers) -> None:
        with pytest.raises(LoginRefused):
            open_sent_folder(box, opener=_refusing)
        with pytest.raises(CredentialsWait):
            open_source(box, opener=servers)
        assert self.told(box) == [("incoming", LoginRefused.code)]
        assert Alert.objects.get().count == 1

    def test_what_is_not_enabled_tells_nobody(
        self, servers: MemoryServers, make_mailbox: MailboxMaker
    ) -> None:
        box = make_mailbox("ida")
        self.refused(box, servers)
        assert self.told(box) == []

    def test_killed_before_it_is_kept_it_is_told_and_tried_again(
        self, box: Mailbox, servers: MemoryServers
    ) -> None:
        with crash_points.kill_at("refusal.told"), pytest.raises(Killed):
            open_source(box, opener=servers)
        assert self.told(box) == [("incoming", LoginRefused.code)]
        assert not Refusal.objects.exists()
        servers.source_faults = [REFUSED]
        self.refused(box, servers)
        assert self.told(box) == [("incoming", LoginRefused.code)]

    def test_the_work_is_asked_for_at_the_next_try(
        self, box: Mailbox, servers: MemoryServers
    ) -> None:
        refusal = self.refused(box, servers)
        assert state_of("incoming", [box.pk])[box.pk].due_on == refusal.next_try_on

    def test_another_server_is_another_matter(self, box: Mailbox, servers: MemoryServers) -> None:
        self.refused(box, servers)
        open_sender(box, opener=servers).close()
        assert servers.openings == ["imap", "smtp"]

    def test_of_all_that_wait_one_tries_when_it_is_time(
        self, box: Mailbox, servers: MemoryServers
    ) -> None:
        self.refused(box, servers)
        Refusal.objects.update(next_try_on=timezone.now() - timedelta(seconds=1))
        servers.source_faults = [REFUSED]
        with pytest.raises(LoginRefused):
            open_source(box, opener=servers)
        with pytest.raises(CredentialsWait):
            open_source(box, opener=servers)
        assert Refusal.objects.get().tries == 2
        assert servers.openings == ["imap", "imap"]

    def test_a_claimed_try_that_ends_otherwise_counts_as_one(
        self, box: Mailbox, servers: MemoryServers
    ) -> None:
        self.refused(box, servers)
        Refusal.objects.update(next_try_on=timezone.now() - timedelta(seconds=1))
        servers.source_faults = [LoginPostponed(host="h", account="anna", answer="later")]
        with pytest.raises(LoginPostponed):
            open_source(box, opener=servers)
        with pytest.raises(CredentialsWait):
            open_source(box, opener=servers)

    def test_a_new_password_is_tried_at_once(self, box: Mailbox, servers: MemoryServers) -> None:
        self.refused(box, servers)
        set_mailbox_password(box, None, "anna", Secret("the new one"))
        due = state_of("incoming", [box.pk])[box.pk].due_on
        assert due is not None
        assert due <= timezone.now()
        open_source(again(box), opener=servers).close()

    def test_a_success_ends_it_for_all_that_share_the_credential(
        self, box: Mailbox, servers: MemoryServers, make_mailbox: MailboxMaker
    ) -> None:
        other = make_mailbox("bert", enabled_for_incoming=True)
        credential = box.incoming_credential
        Mailbox.objects.filter(pk=other.pk).update(incoming_credential=credential)
        self.refused(box, servers)
        with pytest.raises(CredentialsWait):
            open_source(again(other), opener=servers)
        Refusal.objects.update(next_try_on=timezone.now() - timedelta(seconds=1))
        open_source(box, opener=servers).close()
        assert not Refusal.objects.exists()
        due = state_of("incoming", [other.pk])[other.pk].due_on
        assert due is not None
        assert due <= timezone.now()

    def test_none_a_day_waits_for_a_new_password(
        self, box: Mailbox, servers: MemoryServers
    ) -> None:
        save_settings({"refused_tries_per_day": 0}, by="root")
        assert self.refused(box, servers).next_try_on > timezone.now() + timedelta(days=3650)
        with pytest.raises(MailboxFault):
            open_source(box, opener=servers)

    def test_a_server_that_is_signed_in_to_often_enough_is_left_alone(
        self, box: Mailbox, servers: MemoryServers
    ) -> None:
        later = timezone.now() + timedelta(minutes=5)
        Host.objects.create(host="imap.example.com", next_on=later)
        with pytest.raises(SignInsPaced):
            open_source(box, opener=servers)
        assert servers.openings == []
        open_sender(box, opener=servers).close()

    def test_each_sign_in_takes_a_moment_of_its_server(
        self, box: Mailbox, servers: MemoryServers
    ) -> None:
        servers.source_faults = []
        open_source(box, opener=servers).close()
        before = Host.objects.get(host="imap.example.com").next_on
        open_source(box, opener=servers).close()
        assert Host.objects.get(host="imap.example.com").next_on > before

    def test_nothing_is_asked_of_what_is_not_enabled(
        self, make_mailbox: MailboxMaker, servers: MemoryServers
    ) -> None:
        box = make_mailbox()
        self.refused(box, servers)
        assert not state_of("incoming", [box.pk])


def make_boxes() -> tuple[Mailbox, Mailbox]:
    """Two mailboxes of the only profile, whose account signs in for both."""
    profile = EmailServerProfile.objects.get()
    set_profile_password(profile, None, "{local}*service", Secret("s"))
    update_profile(profile, incoming_credential_retrieval=1, outgoing_credential_retrieval=1)
    switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
    first, second = (
        make_ready(profile, name, enabled_for_incoming=True) for name in ("anna", "bert")
    )
    return again(first), again(second)


BOXES = MadeOnce(make_boxes)


@pytest.mark.django_db
@pytest.mark.database
class TestOneAccountForMany:
    """The credentials of a profile that sign in for each mailbox under a name of its own."""

    @pytest.fixture
    def boxes(self, profile: EmailServerProfile) -> tuple[Mailbox, Mailbox]:
        assert profile.pk
        return BOXES.again()

    def test_each_has_its_own_name_and_its_own_source(self, boxes: tuple[Mailbox, Mailbox]) -> None:
        logins = [incoming_of(box).login for box in boxes]
        assert [login and login.username for login in logins] == ["anna*service", "bert*service"]
        assert len({source_of(box) for box in boxes}) == 2

    def test_the_identity_to_act_as_names_the_source(
        self, boxes: tuple[Mailbox, Mailbox], profile: EmailServerProfile
    ) -> None:
        update_profile(profile, incoming_authorization="{local}", outgoing_authorization="{local}")
        set_profile_password(profile, None, "cyrus", Secret("s"))
        box = again(boxes[0])
        login = incoming_of(box).login
        assert login is not None
        assert (login.username, login.authorization, login.account) == ("cyrus", "anna", "anna")
        before = source_of(box)
        set_profile_password(profile, None, "other-admin", Secret("s"))
        assert source_of(again(box)) == before, "who signs in for anna is no other source"
        assert source_of(again(boxes[1])) != before

    def test_a_name_that_cannot_be_made_is_a_fault_of_that_mailbox(
        self, boxes: tuple[Mailbox, Mailbox]
    ) -> None:
        Mailbox.objects.filter(pk=boxes[0].pk).update(email_address="a*b@example.com")
        with pytest.raises(UserNameNotMade):
            incoming_of(again(boxes[0]))
        assert source_of(again(boxes[0]))
        assert incoming_of(boxes[1]).login is not None

    def refuse(self, box: Mailbox) -> None:
        with pytest.raises(LoginRefused):
            open_source(box, opener=MemoryServers(source_faults=[REFUSED]))

    def test_an_account_that_the_server_does_not_know_stops_no_other(
        self, boxes: tuple[Mailbox, Mailbox]
    ) -> None:
        self.refuse(boxes[0])
        open_source(boxes[1], opener=MemoryServers()).close()
        with pytest.raises(CredentialsWait):
            open_source(boxes[0], opener=MemoryServers())

    def test_several_accounts_in_a_row_stop_all(
        self, boxes: tuple[Mailbox, Mailbox], make_mailbox: MailboxMaker
    ) -> None:
        for name in ("cleo", "dora", "emil"):
            self.refuse(again(make_mailbox(name)))
        for box in boxes:
            with pytest.raises(CredentialsWait):
                open_source(box, opener=MemoryServers())

    def test_one_that_is_taken_in_between_starts_the_count_anew(
        self, boxes: tuple[Mailbox, Mailbox], make_mailbox: MailboxMaker
    ) -> None:
        for name in ("cleo", "dora"):
            self.refuse(again(make_mailbox(name)))
        open_source(boxes[0], opener=MemoryServers()).close()
        self.refuse(again(make_mailbox("emil")))
        open_source(boxes[1], opener=MemoryServers()).close()

    def test_what_stopped_all_ends_for_all(
        self, boxes: tuple[Mailbox, Mailbox], make_mailbox: MailboxMaker
    ) -> None:
        for name in ("cleo", "dora", "emil"):
            self.refuse(again(make_mailbox(name)))
        Refusal.objects.filter(account="").update(next_try_on=timezone.now())
        open_source(boxes[0], opener=MemoryServers()).close()
        assert set(Refusal.objects.values_list("account", flat=True)) == {
            f"{name}*service" for name in ("cleo", "dora", "emil")
        }
        due = state_of("incoming", [boxes[1].pk])[boxes[1].pk].due_on
        assert due is not None
        assert due <= timezone.now()


@pytest.mark.django_db
class TestWhatAProfileAllows:
    def test_the_endpoint_carries_it(self, mailbox: Mailbox, tmp_path: Path) -> None:
        pem = make_certificates(tmp_path).authority.read_text()
        assert mailbox.profile is not None
        update_profile(
            mailbox.profile,
            authorities=f"ours:\n{pem}",
            oldest_tls="1.0",
            incoming_authentication=3,
            timeout_is_on=False,
        )
        connection = incoming_of(again(mailbox))
        assert connection.endpoint.authorities == pem
        assert connection.endpoint.oldest_tls is TlsVersion.TLS_1_0
        assert connection.endpoint.loopback, "as the tests set it"
        assert connection.endpoint.limits.answer_seconds == 600
        assert connection.login is not None
        assert connection.login.only_plain
