"""Pairs become profiles; nothing of the files disappears."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.unit.router.made_up import (
    ANNA,
    BERT,
    LAST_READ,
    NAMES,
    POP3,
    PROVIDERS,
    SALES,
    SMTP,
    STATES,
)

from passerelle.router.files.format import Directory, RouterFormat, Who
from passerelle.router.files.merged import (
    Conflict,
    MailProtocol,
    MergedProfile,
    Outcome,
    ProfileNotice,
    ProfileType,
    RecipientKind,
    Retrieval,
    Unassigned,
)
from passerelle.router.files.merging import NAME_LENGTH, Merge, merge
from passerelle.router.files.values import Connection, Direction, Provider, RouterSet, State

FORMAT = RouterFormat(NAMES)
ONLINE = Connection(direction="Outgoing", class_name="X.Online", auth="ClearText", ssl="true")
EXCHANGE = Connection(direction="Incoming", class_name="X.Ews", server="https://ews.example.com/")
OLD = Connection(direction="Incoming", class_name="X.Dav", server="old.example.com")
ANSWERS = {
    "server-type:online": "exchange-online",
    "server-type:ews": "exchange-2010",
    "server-type:dav": "exchange-2007-webdav",
    "server-type:own": "custom",
}
IN, OUT = Direction.INCOMING, Direction.OUTGOING


def merged(*providers: Provider, states: tuple[State, ...] = (), **more: object) -> Merge:
    return merge([RouterSet(providers, states)], RouterFormat(NAMES, ANSWERS), **more)  # type: ignore[arg-type]


def one(*providers: Provider, **more: object) -> MergedProfile:
    (profile,) = merged(*providers, **more).profiles  # type: ignore[arg-type]
    return profile


def test_a_router_of_pop3_and_smtp_is_one_profile() -> None:
    profile = one(*PROVIDERS, states=STATES)
    assert (profile.outcome, profile.servertype) == (Outcome.MERGED, ProfileType.POP3_SMTP)
    assert profile.name == "pop3 pop.example.com + smtp smtp.example.com"
    assert [(source.providers, source.passwords) for source in profile.sources] == [(3, 2), (1, 0)]
    assert profile.incoming is not None
    assert profile.incoming.retrieval is Retrieval.MAILBOX
    assert profile.needs_password == ()
    assert profile.notices == (ProfileNotice.PASSWORDS_NOT_TAKEN, ProfileNotice.NOT_ENCRYPTED)
    assert len(profile.fields) == 16


def test_each_recipient_has_account_start_and_directions() -> None:
    anna, bert, sales = one(*PROVIDERS, states=STATES).recipients
    assert (anna.kind, anna.guid, anna.address) == (RecipientKind.USER, ANNA, "anna@example.com")
    assert (anna.incoming_username, anna.outgoing_username) == ("anna@example.com", "")
    assert anna.threshold == LAST_READ
    assert anna.directions == (IN, OUT)
    assert (bert.threshold, bert.last_error) == (None, "503 Service Unavailable")
    assert (sales.kind, sales.guid) == (RecipientKind.QUEUE, SALES)


def test_each_pair_that_occurs_is_one_profile_and_no_other() -> None:
    second = replace(POP3, server="pop2.example.com")
    profiles = merged(
        Provider(POP3, username="a@example.com", users=(ANNA,)),
        Provider(second, username="b@example.com", users=(BERT,)),
        Provider(SMTP, users=(ANNA,)),
        Provider(replace(SMTP, server="smtp2.example.com"), users=(BERT,)),
    ).profiles
    assert [(p.incoming.host, p.outgoing.host) for p in profiles if p.incoming and p.outgoing] == [
        ("pop.example.com", "smtp.example.com"),
        ("pop2.example.com", "smtp2.example.com"),
    ]


@pytest.mark.parametrize(
    ("incoming", "outgoing", "protocols"),
    [
        pytest.param(
            EXCHANGE, SMTP, (MailProtocol.EXCHANGE, MailProtocol.SMTP), id="exchange-smtp"
        ),
        pytest.param(POP3, ONLINE, (MailProtocol.POP3, MailProtocol.EXCHANGE), id="pop3-online"),
    ],
)
def test_mixed_pairs_keep_both_connections(
    incoming: Connection, outgoing: Connection, protocols: tuple[MailProtocol, MailProtocol]
) -> None:
    profile = one(Provider(incoming, users=(ANNA,)), Provider(outgoing, users=(ANNA,)))
    assert profile.servertype is ProfileType.EXCHANGE
    assert profile.incoming is not None
    assert profile.outgoing is not None
    assert (profile.incoming.protocol, profile.outgoing.protocol) == protocols
    assert [c.can_run for c in (profile.incoming, profile.outgoing)] == [
        protocol is not MailProtocol.EXCHANGE for protocol in protocols
    ]


@pytest.mark.parametrize(
    ("providers", "outcome", "recipients"),
    [
        pytest.param([Provider(POP3, users=(ANNA,))], Outcome.ONE_SIDED, 1, id="incoming-alone"),
        pytest.param([Provider(SMTP, users=(ANNA,))], Outcome.ONE_SIDED, 1, id="outgoing-alone"),
        pytest.param([Provider(OLD, users=(ANNA,))], Outcome.NOT_MIGRATED, 1, id="webdav"),
        pytest.param(
            [Provider(replace(POP3, class_name="X.Own"), users=(ANNA,))],
            Outcome.CUSTOM,
            1,
            id="a-custom-provider-is-shown",
        ),
        pytest.param(
            [Provider(replace(POP3, class_name="X.New"), users=(ANNA,))],
            Outcome.ASKS,
            1,
            id="an-unknown-class-waits-for-its-answer",
        ),
        pytest.param(
            [Provider(replace(EXCHANGE, direction=""), users=(ANNA,))],
            Outcome.ASKS,
            0,
            id="an-unknown-direction-waits-for-its-answer",
        ),
        pytest.param([Provider(POP3)], Outcome.NO_RECIPIENTS, 0, id="a-profile-of-nobody-is-shown"),
    ],
)
def test_pairs_that_are_not_merged(
    providers: list[Provider], outcome: Outcome, recipients: int
) -> None:
    profile = one(*providers)
    assert (profile.outcome, len(profile.recipients)) == (outcome, recipients)
    assert profile.migrates is (outcome in {Outcome.ONE_SIDED, Outcome.NO_RECIPIENTS})


def test_only_served_directions_are_named() -> None:
    assert one(Provider(SMTP, users=(ANNA,))).recipients[0].directions == (OUT,)


def test_accounts_without_identifiers_are_found_in_the_directory() -> None:
    providers = (Provider(POP3, username="anna@example.com"), Provider(SMTP, users=(ANNA,)))
    known = Directory({"anna@example.com": Who(RecipientKind.USER, ANNA)})
    assert one(*providers, directory=known).recipients[0].directions == (IN, OUT)
    assert merged(*providers).unassigned == (Unassigned(IN, "anna@example.com"),)


def test_a_windows_account_has_the_state_of_its_address_in_the_directory() -> None:
    known = Directory(addresses={ANNA: "Anna@Example.com"})
    provider = Provider(POP3, username=r"CONTOSO\anna", users=(ANNA,))
    recipient = one(provider, states=STATES, directory=known).recipients[0]
    assert (recipient.incoming_username, recipient.threshold) == (r"CONTOSO\anna", LAST_READ)


def test_two_accounts_at_one_server_are_a_conflict_and_the_first_is_taken() -> None:
    found = merged(
        Provider(POP3, username="a@example.com", users=(ANNA,)),
        Provider(POP3, username="b@example.com", users=(ANNA,)),
    )
    assert found.conflicts == (Conflict(RecipientKind.USER, ANNA, IN, 2),)
    assert found.profiles[0].recipients[0].incoming_username == "a@example.com"


def test_two_shared_accounts_need_two_passwords() -> None:
    shared = {"credential": "OtherSpecified"}
    profile = one(
        Provider(replace(POP3, **shared), username="in@example.com", users=(ANNA, BERT)),
        Provider(
            replace(SMTP, auth="ClearText", **shared),
            username="out@example.com",
            users=(ANNA, BERT),
        ),
    )
    assert profile.needs_password == (IN, OUT)
    assert profile.incoming is not None
    assert profile.outgoing is not None
    assert (profile.incoming.username, profile.outgoing.username) == (
        "in@example.com",
        "out@example.com",
    )
    for recipient in profile.recipients:  # the shared account is nobody's address
        assert (recipient.incoming_username, recipient.outgoing_username) == ("", "")
        assert (recipient.address, recipient.threshold) == ("", None)


def test_an_account_of_several_recipients_is_nobody_s_address() -> None:
    profile = one(Provider(POP3, username="anna@example.com", users=(ANNA, BERT)), states=STATES)
    assert [recipient.address for recipient in profile.recipients] == ["", ""]


def test_each_direction_may_have_an_account_of_its_own() -> None:
    basic = replace(SMTP, auth="ClearText")
    recipient = one(
        Provider(POP3, username="anna@example.com", users=(ANNA,)),
        Provider(basic, username="anna.out@example.com", users=(ANNA,)),
    ).recipients[0]
    assert recipient.incoming_username == "anna@example.com"
    assert recipient.outgoing_username == "anna.out@example.com"


def test_the_router_profiles_names_are_taken_where_there_are_some() -> None:
    named = (
        Provider(POP3, name="Branch", users=(ANNA,)),
        Provider(SMTP, name="Relay", users=(ANNA,)),
    )
    assert one(*named).name == "Branch + Relay"
    same = [replace(provider, name="Branch") for provider in named]
    assert one(*same).name == "Branch"


def test_several_names_of_one_side_give_way_to_kind_and_host() -> None:
    profile = one(
        Provider(POP3, name="North", users=(ANNA,)), Provider(POP3, name="South", users=(BERT,))
    )
    assert profile.name == "pop3 pop.example.com"
    assert ProfileNotice.SEVERAL_NAMES in profile.notices


def test_names_are_unique_and_short_enough() -> None:
    long = "n" * 2 * NAME_LENGTH
    profiles = merged(
        Provider(POP3, name=long, users=(ANNA,)),
        Provider(replace(POP3, server="b"), name=long, users=(BERT,)),
        Provider(replace(POP3, server="c"), name="Taken", users=(SALES,)),
        taken_names=["TAKEN"],
    ).profiles
    names = [profile.name for profile in profiles]
    assert names == ["n" * 100, "n" * 96 + " (2)", "Taken (2)"]


def test_a_pair_has_the_same_key_in_every_reading_and_another_than_others() -> None:
    second = Provider(replace(POP3, server="b"), users=(UUID(int=9),))
    keys = [profile.key for profile in merged(*PROVIDERS, second).profiles]
    again = [profile.key for profile in merged(second, *PROVIDERS).profiles]
    assert keys == again[::-1]
    assert len(set(keys)) == 2


def test_questions_come_along() -> None:
    provider = Provider(replace(POP3, class_name="X.New"), users=(ANNA,))
    assert [question.key for question in merged(provider).questions] == ["server-type:new"]
