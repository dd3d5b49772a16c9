"""What is taken from each file, and what never is."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.unit.router.made_up import NAMES, agent, provider, read, refused

from passerelle.faults.router import (
    RouterFault,
    RouterFileTooDeep,
    RouterFileTooVaried,
    RouterValueTooLong,
    TooManyRecipients,
)
from passerelle.router.files import targets
from passerelle.router.files.targets import (
    OTHER_NAMES,
    AgentTarget,
    KeyTarget,
    StateTarget,
    threshold_of,
)
from passerelle.router.files.values import Box, Connection, Notice, Provider

pytestmark = pytest.mark.thorough

SECRET = "AQAAANCMnd8BFdERjHoAwE"


def only(data: bytes) -> Provider:
    (found,) = read(agent=data).providers
    return found


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param("<EmailServer>s</EmailServer>", Connection(server="s"), id="a-child"),
        pytest.param("<EMAILSERVER> s </EMAILSERVER>", Connection(server="s"), id="any-capitals"),
        pytest.param(
            '<x:EmailServer xmlns:x="urn:y">s</x:EmailServer>',
            Connection(server="s"),
            id="any-namespace",
        ),
        pytest.param(
            "<Common><EmailPort>995</EmailPort></Common>", Connection(port="995"), id="any-depth"
        ),
        pytest.param('<Common EmailPort="995"/>', Connection(port="995"), id="an-attribute"),
        pytest.param("<EmailServer/>", Connection(), id="an-empty-one-says-nothing"),
        pytest.param(
            "<EmailServer>a</EmailServer><Server>b</Server>",
            Connection(server="a"),
            id="of-two-the-first",
        ),
        pytest.param(
            "<EmailServer>a<b/>c</EmailServer>", Connection(), id="mixed-content-is-no-value"
        ),
    ],
)
def test_fields_of_a_provider(inside: str, expected: Connection) -> None:
    assert only(provider(inside)).connection == expected


def test_identifiers_in_every_form_and_bad_ones_counted() -> None:
    data = provider(
        "<UserId>00000000-0000-0000-0000-000000000001</UserId>"
        "<UserId>{00000000-0000-0000-0000-000000000002}</UserId>"
        "<QueueId>nobody</QueueId><QueueId/>"
    )
    assert only(data).users == (UUID(int=1), UUID(int=2))
    assert [(w.notice, w.count) for w in read(agent=data).warnings] == [(Notice.BAD_IDENTIFIERS, 2)]


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(f"<EmailPassword>{SECRET}</EmailPassword>", id="as-an-element"),
        pytest.param(f'<Common EmailPassword="{SECRET}"/>', id="as-an-attribute"),
        pytest.param(f"<EmailPassword><![CDATA[{SECRET}]]></EmailPassword>", id="as-a-section"),
    ],
)
def test_of_a_password_only_that_it_was_there(inside: str) -> None:
    found = read(agent=provider(inside))
    assert found.providers[0].has_password
    assert SECRET not in repr(found)


def test_an_empty_password_is_none() -> None:
    assert not only(provider("<EmailPassword> </EmailPassword>")).has_password


def test_unrecognised_elements_are_counted_without_their_text() -> None:
    inside = (
        f"<Cipher>{SECRET}</Cipher><Cipher/><Odd Kind='{SECRET}'><EmailUser>u</EmailUser></Odd>"
    )
    found = read(agent=provider(inside))
    assert [(one.name, one.count) for one in found.unrecognised] == [
        ("Cipher", 2),
        ("Odd", 1),
        ("@Kind", 1),
    ]
    assert SECRET not in repr(found)
    assert found.providers[0].username == "u"


def test_a_field_outside_of_a_provider_is_unrecognised() -> None:
    data = agent("<EmailServer>s</EmailServer><ProviderConfiguration/>")
    assert [one.name for one in read(agent=data).unrecognised] == ["EmailServer"]


def test_the_elements_of_the_service_are_known_and_not_listed() -> None:
    inside = "<SystemConfiguration><MaxThreads>50</MaxThreads></SystemConfiguration>"
    assert read(agent=agent(inside + "<ProviderConfiguration/>")).unrecognised == ()


def test_a_provider_in_a_provider_is_not_one() -> None:
    found = read(agent=provider("<ProviderConfiguration/><EmailUser>u</EmailUser>"))
    assert [p.username for p in found.providers] == ["u"]
    assert found.unrecognised[0].name == "ProviderConfiguration"


def test_equal_connections_are_one_object() -> None:
    first, second = read().providers[:2]
    assert first.connection is second.connection


def test_many_unrecognised_names_are_listed_up_to_a_bound() -> None:
    inside = "".join(f"<n{number}/>" for number in range(targets.LISTED_NAMES + 7))
    listed = read(agent=provider(inside)).unrecognised
    assert len(listed) == targets.LISTED_NAMES + 1
    assert (listed[-1].name, listed[-1].count) == (OTHER_NAMES, 7)


STATE = (
    "<S><Level><hA><{0}>anna@example.com</{0}><ThresholdDate>{1}</ThresholdDate></hA></Level></S>"
)


@pytest.mark.parametrize(
    "address",
    [pytest.param("EmailAddress", id="as-posted"), pytest.param("emailaddress", id="low")],
)
def test_a_state_is_whatever_holds_an_address(address: str) -> None:
    found = read(state=STATE.format(address, "2026-03-01T08:30:00.1234567Z").encode())
    assert [(s.address, s.threshold) for s in found.states] == [
        ("anna@example.com", datetime(2026, 3, 1, 8, 30, 0, 123456, UTC))
    ]
    assert found.unrecognised == ()


def test_a_state_written_in_attributes() -> None:
    data = b"<S><hA EmailAddress='anna@example.com' LastError='e' Odd='1'/></S>"
    found = read(state=data)
    assert [(s.address, s.error) for s in found.states] == [("anna@example.com", "e")]
    assert [one.name for one in found.unrecognised] == ["@Odd"]


def test_of_two_states_of_one_address_the_later_threshold_counts() -> None:
    record = "<h{0}><EmailAddress>{1}</EmailAddress><ThresholdDate>{2}</ThresholdDate></h{0}>"
    records = (
        record.format(1, "anna@example.com", "2026-03-02T00:00:00Z"),
        record.format(2, "ANNA@example.com", "2026-03-01T00:00:00Z"),
        record.format(3, "anna@example.com", "soon"),
    )
    found = read(state=f"<S>{''.join(records)}</S>".encode())
    assert [state.threshold for state in found.states] == [datetime(2026, 3, 2, tzinfo=UTC)]
    assert [(w.notice, w.count) for w in found.warnings] == [
        (Notice.REPEATED_STATES, 2),
        (Notice.UNREADABLE_THRESHOLDS, 1),
    ]


def test_a_long_last_error_is_cut() -> None:
    error = "x" * 5_000
    data = (
        f"<S><h><EmailAddress>anna@example.com</EmailAddress><LastError>{error}</LastError></h></S>"
    )
    assert len(read(state=data.encode()).states[0].error) == targets.ERROR_LENGTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-03-01T08:30:00.1234567Z", (2026, 3, 1, 8, 30), id="seven-decimals"),
        pytest.param("2026-03-01T08:30:00Z", (2026, 3, 1, 8, 30), id="no-decimals"),
        pytest.param("2026-03-01T08:30:00", (2026, 3, 1, 8, 30), id="without-zone-is-utc"),
        pytest.param("2026-03-01T10:30:00+02:00", (2026, 3, 1, 8, 30), id="another-zone"),
        pytest.param("0001-01-01T00:00:00.0000000Z", None, id="year-one-is-never"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before-year-one"),
        pytest.param("", None, id="nothing"),
        pytest.param("yesterday", None, id="no-date"),
        pytest.param("2026-13-01T00:00:00Z", None, id="a-month-too-many"),
    ],
)
def test_threshold_of(text: str, expected: tuple[int, ...] | None) -> None:
    found = threshold_of(text)
    assert (found and found.timetuple()[:5]) == expected
    assert found is None or found.tzinfo is UTC


def deep(box: str) -> dict[str, bytes]:
    return {box: b"<a>" * (targets.DEPTH + 1) + b"</a>" * (targets.DEPTH + 1)}


@pytest.mark.parametrize(
    ("changed", "box", "expected"),
    [
        pytest.param(deep("agent"), Box.AGENT, RouterFileTooDeep, id="providers-too-deep"),
        pytest.param(deep("state"), Box.STATE, RouterFileTooDeep, id="states-too-deep"),
        pytest.param(deep("key"), Box.KEY, RouterFileTooDeep, id="key-too-deep"),
        pytest.param(
            {"agent": provider(f"<EmailServer>{'x' * 3_000}</EmailServer>")},
            Box.AGENT,
            RouterValueTooLong,
            id="a-server-too-long",
        ),
        pytest.param(
            {"state": f"<S><h><EmailAddress>{'x' * 3_000}</EmailAddress></h></S>".encode()},
            Box.STATE,
            RouterValueTooLong,
            id="an-address-too-long",
        ),
    ],
)
def test_bounds(changed: dict[str, bytes | None], box: Box, expected: type[RouterFault]) -> None:
    assert isinstance(refused(**changed).faults[box], expected)


def feed_names(target: AgentTarget | StateTarget | KeyTarget, count: int) -> None:
    for number in range(count):
        target.start(f"n{number}", {})
        target.end(f"n{number}")


def test_of_an_endless_value_only_a_bounded_part_is_held() -> None:
    target = AgentTarget(NAMES)
    target.start("ProviderConfiguration", {})
    target.start("EmailServer", {})
    for _ in range(1_000):
        target.data("x" * 1_000)
    with pytest.raises(RouterValueTooLong):
        target.end("EmailServer")
    assert sum(map(len, target._pieces)) <= targets.VALUE_LENGTH + 1_000


@pytest.mark.parametrize("kind", [AgentTarget, StateTarget, KeyTarget])
def test_different_names_are_bounded(kind: type[AgentTarget | StateTarget | KeyTarget]) -> None:
    target = kind(NAMES)
    feed_names(target, target.different_names)
    with pytest.raises(RouterFileTooVaried):
        target.start("one-more", {})


def test_different_attributes_are_bounded() -> None:
    target = KeyTarget(NAMES)
    with pytest.raises(RouterFileTooVaried):
        target.start("a", {f"n{number}": "" for number in range(target.different_names)})


def feed_identifier(target: AgentTarget, number: int) -> None:
    target.start("UserId", {})
    target.data(str(UUID(int=number)))
    target.end("UserId")


def feed_state(target: StateTarget, number: int) -> None:
    target.start("h", {"EmailAddress": f"u{number}@example.com"})
    target.end("h")


def test_recipients_are_bounded() -> None:
    target = AgentTarget(NAMES)
    target.start("ProviderConfiguration", {})
    for number in range(targets.RECIPIENTS):
        feed_identifier(target, number)
    feed_identifier(target, 7)  # a known one again
    with pytest.raises(TooManyRecipients):
        feed_identifier(target, targets.RECIPIENTS)


def test_states_are_bounded() -> None:
    target = StateTarget(NAMES)
    for number in range(targets.RECIPIENTS):
        feed_state(target, number)
    with pytest.raises(TooManyRecipients):
        feed_state(target, targets.RECIPIENTS)
