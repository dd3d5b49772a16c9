"""What is never tracked: each kind of rule, whose list it is, and what is stronger than it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.tracking.any_mail import (
    incomings,
    mailboxes,
    never_lists,
    organizations,
    some_answers,
)
from tests.unit.tracking.made_up import (
    ALICE,
    BOB,
    COLLECTOR,
    SENT,
    SUPPORT,
    addresses,
    answers,
    letter,
    reading,
)

from passerelle.messages import Address, Automatic, HeaderFacts, Sensitivity
from passerelle.tracking import (
    Answers,
    Decision,
    Filter,
    Incoming,
    Look,
    NeverKind,
    NeverList,
    NeverRule,
    ReadingMailbox,
    Reason,
    Skip,
    Track,
    TrackingSettings,
    decide,
    explain,
    never_list,
)
from passerelle.tracking.wanting.never import met

FROM_NEWS = letter(sender=Address("", "Weekly@mail.News.example"))
WITHIN = letter(
    sender=Address("", "bob@firm.example"),
    to=addresses("alice@firm.example"),
    cc=addresses("carl@paris.firm.example"),
)


def by(kind: NeverKind, value: str = "", *, spares: bool = True) -> NeverList:
    return never_list([NeverRule(kind, value, spares)])


def header(**facts: object) -> Incoming:
    return letter(header_facts=HeaderFacts(**facts))  # type: ignore[arg-type]


def subject(text: str) -> Incoming:
    return letter(subject=text)


@pytest.mark.parametrize(
    ("never", "incoming", "holds"),
    [
        pytest.param(
            by(NeverKind.ADDRESS, "weekly@mail.news.example"), FROM_NEWS, True, id="its-sender"
        ),
        pytest.param(
            by(NeverKind.ADDRESS, "alice@firm.example"), letter(), False, id="no-recipient-counts"
        ),
        pytest.param(by(NeverKind.DOMAIN, "mail.news.example"), FROM_NEWS, True, id="its-domain"),
        pytest.param(by(NeverKind.DOMAIN, "news.example"), FROM_NEWS, True, id="a-subdomain"),
        pytest.param(by(NeverKind.DOMAIN, "ws.example"), FROM_NEWS, False, id="no-part-of-a-label"),
        pytest.param(
            by(NeverKind.DOMAIN, "www.mail.news.example"), FROM_NEWS, False, id="no-domain-below"
        ),
        pytest.param(
            by(NeverKind.OWN_DOMAIN, "firm.example"), WITHIN, True, id="within-our-domain"
        ),
        pytest.param(
            by(NeverKind.OWN_DOMAIN, "firm.example"),
            replace(WITHIN, cc=addresses("cara@client.example")),
            False,
            id="one-from-outside-is-enough",
        ),
        pytest.param(
            by(NeverKind.OWN_DOMAIN, "firm.example"),
            replace(WITHIN, sender=Address("", "cara@client.example")),
            False,
            id="from-outside",
        ),
        pytest.param(
            never_list(
                [
                    NeverRule(NeverKind.OWN_DOMAIN, "firm.example"),
                    NeverRule(NeverKind.OWN_DOMAIN, "house.example"),
                ]
            ),
            replace(WITHIN, cc=addresses("dora@house.example")),
            True,
            id="between-two-domains-of-ours",
        ),
        pytest.param(
            by(NeverKind.OWN_DOMAIN, "firm.example"),
            replace(WITHIN, to=(), cc=()),
            True,
            id="within-our-domain-by-bcc",
        ),
        pytest.param(by(NeverKind.LIST), header(list_id="ideas.news.example"), True, id="any-list"),
        pytest.param(
            by(NeverKind.LIST, "ideas.news.example"),
            header(list_id="ideas.news.example"),
            True,
            id="this-list",
        ),
        pytest.param(
            by(NeverKind.LIST, "other.example"),
            header(list_id="ideas.news.example"),
            False,
            id="another-list",
        ),
        pytest.param(
            by(NeverKind.LIST), letter(automatic=Automatic.LIST), True, id="a-list-without-a-name"
        ),
        pytest.param(by(NeverKind.LIST), letter(), False, id="no-list"),
        pytest.param(
            by(NeverKind.AUTOMATIC), header(auto_submitted="auto-generated"), True, id="a-machine"
        ),
        pytest.param(
            by(NeverKind.AUTOMATIC), header(auto_submitted="no"), False, id="a-person-says-so"
        ),
        pytest.param(
            by(NeverKind.AUTOMATIC),
            letter(automatic=Automatic.AUTO_REPLIED),
            True,
            id="a-machine-of-before-rfc-3834",
        ),
        pytest.param(
            by(NeverKind.AUTOMATIC), letter(automatic=Automatic.LIST), False, id="a-list-is-none"
        ),
        pytest.param(by(NeverKind.PRECEDENCE), header(precedence="junk"), True, id="any-bulk"),
        pytest.param(
            by(NeverKind.PRECEDENCE), header(precedence="first-class"), False, id="not-bulk"
        ),
        pytest.param(
            by(NeverKind.SENSITIVITY), header(sensitivity=Sensitivity.PRIVATE), True, id="any-mark"
        ),
        pytest.param(
            by(NeverKind.SENSITIVITY, "private"),
            header(sensitivity=Sensitivity.PRIVATE),
            True,
            id="this-mark",
        ),
        pytest.param(
            by(NeverKind.SENSITIVITY, "personal"),
            header(sensitivity=Sensitivity.PRIVATE),
            False,
            id="another-mark",
        ),
        pytest.param(by(NeverKind.SENSITIVITY), letter(), False, id="not-marked"),
        pytest.param(
            by(NeverKind.SUBJECT, "[Personnel]"), subject("[Personnel] dîner"), True, id="begins"
        ),
        pytest.param(
            by(NeverKind.SUBJECT, "[PERSONNEL]"),
            subject("RE: TR : [personnel] dîner"),
            True,
            id="begins-behind-the-marks-of-answers-in-any-case",
        ),
        pytest.param(
            by(NeverKind.SUBJECT, "Privé"), subject("prive : dîner"), True, id="without-accents"
        ),
        pytest.param(
            by(NeverKind.SUBJECT, "[Personnel]"), subject("Le [Personnel]"), False, id="in-it"
        ),
        pytest.param(
            by(NeverKind.ADDRESS, "cara@client.example"), letter(sender=None), False, id="nobody"
        ),
    ],
)
def test_a_rule_holds(never: NeverList, incoming: Incoming, holds: bool) -> None:
    assert (met(incoming, never, answers=False) is not None) == holds


@pytest.mark.parametrize(
    ("never", "incoming", "holds"),
    [
        pytest.param(
            by(NeverKind.AUTOMATIC),
            header(auto_submitted="auto-replied"),
            False,
            id="a-machine-that-answers-us",
        ),
        pytest.param(by(NeverKind.LIST), header(list_id="a.b"), False, id="a-list-where-we-wrote"),
        pytest.param(
            by(NeverKind.AUTOMATIC, spares=False),
            header(auto_submitted="auto-replied"),
            True,
            id="unless-the-rule-says-so",
        ),
        pytest.param(
            by(NeverKind.SUBJECT, "[Personnel]"), subject("[Personnel]"), True, id="a-person-is-not"
        ),
    ],
)
def test_answers_are_spared(never: NeverList, incoming: Incoming, holds: bool) -> None:
    assert (met(incoming, never, answers=True) is not None) == holds


CARA_NEVER = by(NeverKind.ADDRESS, "cara@client.example")
TO_BOTH = letter(to=addresses("alice@firm.example", "bob@firm.example"))


def decided(
    incoming: Incoming,
    known: Answers,
    box: ReadingMailbox = COLLECTOR,
    *,
    organization: NeverList = NeverList(),  # noqa: B008 - it is frozen
) -> Decision:
    (decision,) = decide([incoming], known, TrackingSettings(never=organization), box)
    return decision


def test_what_the_organization_never_tracks_nobody_takes() -> None:
    decision = decided(TO_BOTH, answers(alice=Filter.ALL), organization=CARA_NEVER)
    assert isinstance(decision, Skip)
    assert decision.reason is Reason.NEVER_TRACKED
    assert explain(decision.reason, decision.facts) == (
        "Ignored: the organization never tracks such email (its sender is cara@client.example)."
    )


def test_a_person_takes_it_all_the_same() -> None:
    decision = decided(replace(TO_BOTH, by_hand=True), answers(), organization=CARA_NEVER)
    assert decision.reason is Reason.TAKEN_BY_HAND


def test_a_report_on_our_email_is_told_all_the_same() -> None:
    known = replace(answers(), emails={"<sent@firm.example>": (SENT,)})
    report = replace(TO_BOTH, reports=("<sent@firm.example>",), automatic=Automatic.BOUNCE)
    decision = decided(report, known, organization=by(NeverKind.AUTOMATIC, spares=False))
    assert decision.reason is Reason.BOUNCE


def test_who_never_wants_it_leaves_it_to_the_others() -> None:
    known = replace(answers(alice=Filter.ALL, bob=Filter.ALL), never={ALICE.id: CARA_NEVER})
    decision = decided(TO_BOTH, known, reading(ALICE, Filter.ALL))
    assert isinstance(decision, Track)
    assert decision.accepting == BOB
    assert [line.look for line in decision.looked_at][-2:] == [Look.TAKER_NEVER, Look.TAKER_WANTS]


def test_where_only_a_list_kept_it_out_the_reason_is_the_list() -> None:
    known = replace(answers(alice=Filter.ALL, bob=Filter.NONE), never={ALICE.id: CARA_NEVER})
    decision = decided(TO_BOTH, known)
    assert isinstance(decision, Skip)
    assert explain(decision.reason, decision.facts) == (
        "Ignored: Alice never wants such email (its sender is cara@client.example)."
    )


def test_who_would_not_take_it_anyway_is_not_asked_for_a_list() -> None:
    known = replace(answers(alice=Filter.NONE), never={ALICE.id: CARA_NEVER})
    assert decided(TO_BOTH, known).reason is Reason.NO_FILTER_WANTS


def test_a_queue_has_a_list_of_its_own() -> None:
    known = replace(answers(support=Filter.ALL), never={SUPPORT.id: CARA_NEVER})
    to_support = letter(to=addresses("support@firm.example"))
    assert decided(to_support, known).reason is Reason.ON_THEIR_LIST


@given(incomings(), some_answers, organizations, mailboxes, st.data())
def test_a_list_of_one_changes_no_wish_of_another(
    incoming: Incoming,
    known: Answers,
    settings: TrackingSettings,
    box: ReadingMailbox,
    data: st.DataObject,
) -> None:
    """Who takes a message without anybody's list takes it whatever stands on others' lists."""
    (free,) = decide([incoming], replace(known, never={}), settings, box)
    if not isinstance(free, Track) or free.accepting is None:
        return
    others = {one for one in known.takers if one != free.accepting.id}
    if box.taker is not None and box.taker.record.id != free.accepting.id:
        others.add(box.taker.record.id)
    theirs = {one: data.draw(never_lists) for one in sorted(others)}
    (bound,) = decide([incoming], replace(known, never=theirs), settings, box)
    assert isinstance(bound, Track)
    assert (bound.accepting, bound.reason) == (free.accepting, free.reason)


@given(incomings(), some_answers, organizations, mailboxes)
def test_a_list_only_ever_takes_away(
    incoming: Incoming, known: Answers, settings: TrackingSettings, box: ReadingMailbox
) -> None:
    (bound,) = decide([incoming], known, settings, box)
    free_rules = replace(settings, never=NeverList())
    (free,) = decide([incoming], replace(known, never={}), free_rules, box)
    if isinstance(bound, Track):
        assert isinstance(free, Track)
