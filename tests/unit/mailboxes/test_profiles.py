"""Email server profiles."""

import pytest
from django.core.exceptions import ValidationError
from tests.unit.mailboxes.conftest import MailboxMaker

from passerelle.engine.services import state_of
from passerelle.faults import Secret
from passerelle.mailboxes.models import Credential, EmailServerProfile, Mailbox
from passerelle.mailboxes.models.choices import Direction, ProcessEmailUsing
from passerelle.mailboxes.services import (
    create_profile,
    reveal,
    set_profile_password,
    switch_processing,
    update_profile,
)
from passerelle.mailboxes.services.hosts import is_host


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("mail.example.com", True, id="a-name"),
        pytest.param("mail.example.com.", True, id="a-rooted-name"),
        pytest.param("mail", True, id="a-short-name"),
        pytest.param("mail_1.example.com", True, id="an-underscore-is-met-inside"),
        pytest.param("courrier.société.example", True, id="letters-of-other-languages"),
        pytest.param("192.0.2.7", True, id="an-address"),
        pytest.param("2001:db8::1", True, id="an-address-of-version-6"),
        pytest.param("", False, id="nothing"),
        pytest.param("https://mail.example.com/", False, id="a-url"),
        pytest.param("mail.example.com:993", False, id="a-port-has-its-own-box"),
        pytest.param("mail example.com", False, id="a-space"),
        pytest.param("-mail.example.com", False, id="a-dash-in-front"),
        pytest.param("mail..example.com", False, id="an-empty-label"),
        pytest.param("mail.example.com\r\nQUIT", False, id="a-line-break"),
        pytest.param("a." * 200 + "example", False, id="too-long"),
        pytest.param("a" * 64 + ".example", False, id="a-label-too-long"),
    ],
)
def test_is_host(text: str, expected: bool) -> None:
    assert is_host(text) is expected


@pytest.mark.django_db
@pytest.mark.database
class TestStored:
    def test_the_same_settings_leave_no_credential_behind(
        self, profile: EmailServerProfile
    ) -> None:
        set_profile_password(profile, Direction.INCOMING, "in", Secret("i"))
        set_profile_password(profile, Direction.OUTGOING, "out", Secret("o"))
        again = update_profile(profile, use_same_settings=True)
        assert again.outgoing_credential == again.incoming_credential
        assert set(Credential.objects.values_list("username", flat=True)) == {"in"}
        again = set_profile_password(again, Direction.OUTGOING, "both", Secret("b"))
        assert again.outgoing_credential == again.incoming_credential

    def test_exchange_has_no_settings_for_smtp(self, profile: EmailServerProfile) -> None:
        with pytest.raises(ValidationError) as caught:
            update_profile(profile, incoming_protocol="exchange", use_same_settings=True)
        assert "use_same_settings" in caught.value.message_dict

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            pytest.param({"name": ""}, "name", id="no-name"),
            pytest.param({"incoming_location": "imap example"}, "incoming_location", id="host"),
            pytest.param({"outgoing_location": "smtp:25"}, "outgoing_location", id="host-out"),
            pytest.param({"incoming_port": 65536}, "incoming_port", id="port"),
            pytest.param({"timeout_seconds": 1}, "timeout_seconds", id="time-out"),
            pytest.param(
                {"incoming_credential_retrieval": 4},
                "incoming_credential_retrieval",
                id="nobody-reads-anonymously",
            ),
        ],
    )
    def test_a_bad_value_is_refused_by_its_field(
        self, fields: dict[str, object], field: str
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            create_profile(**{"name": "Example", **fields})  # type: ignore[arg-type]
        assert field in caught.value.message_dict

    def test_a_name_is_given_once(self, profile: EmailServerProfile) -> None:
        with pytest.raises(ValidationError):
            create_profile(profile.name)

    def test_exchange_is_kept_as_it_is(self) -> None:
        url = "https://exchange.example.com/EWS/Exchange.asmx"
        made = create_profile("Exchange", incoming_protocol="exchange", incoming_location=url)
        assert made.incoming_location == url
        with pytest.raises(ValidationError):
            update_profile(made, incoming_protocol="imap")
        assert update_profile(
            made, incoming_protocol="imap", incoming_location="imap.example.com"
        ).incoming_can_run

    def test_what_is_no_field_to_change_is_a_programming_error(
        self, profile: EmailServerProfile
    ) -> None:
        with pytest.raises(TypeError, match="credential"):
            update_profile(profile, incoming_credential=None)

    def test_one_password_may_serve_both_directions(self, profile: EmailServerProfile) -> None:
        shared = set_profile_password(profile, None, "service", Secret("one"))
        assert shared.incoming_credential == shared.outgoing_credential
        apart = set_profile_password(shared, Direction.OUTGOING, "sender", Secret("two"))
        assert apart.incoming_credential is not None
        assert apart.outgoing_credential is not None
        assert reveal(apart.incoming_credential) == Secret("one")
        assert reveal(apart.outgoing_credential) == Secret("two")
        again = set_profile_password(apart, Direction.INCOMING, "service", Secret("three"))
        assert again.incoming_credential == apart.incoming_credential

    def test_an_activated_profile_asks_for_its_mailboxes(
        self, make_mailbox: MailboxMaker, profile: EmailServerProfile
    ) -> None:
        switch_processing(ProcessEmailUsing.SERVER_SIDE_SYNCHRONIZATION, by="root")
        box: Mailbox = make_mailbox(enabled_for_incoming=True)
        update_profile(profile, statecode=1)
        assert not state_of("incoming", [box.pk])
        update_profile(profile, statecode=0)
        assert state_of("incoming", [box.pk])
