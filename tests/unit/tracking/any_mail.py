"""Any mail, any records, any settings, as hypothesis makes them up for the rules of tracking."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from tests.unit.tracking.made_up import ACME, LETTER, RECORDS, key

from passerelle.messages import Address, Automatic, HeaderFacts, Sensitivity
from passerelle.tracking import (
    Answers,
    Direction,
    Filter,
    Incoming,
    Known,
    Likely,
    MatchingRules,
    NeverKind,
    NeverRule,
    PartyKind,
    ReadingMailbox,
    RecordRef,
    StoredEmail,
    Taker,
    TokenFormat,
    TrackingSettings,
    conversation_hash,
    make,
    never_list,
    traits_of,
)

TOKEN = make(TokenFormat(), 1, 7)
CONVERSATION = bytes(range(22))

indexes = st.sampled_from([b"", b"", *(CONVERSATION + b"x" * more for more in (0, 5, 10))])
MAY = datetime(2026, 5, 1, tzinfo=UTC)
OFFER = traits_of("Our offer", ["alice@firm.example", "bob@firm.example"], MatchingRules())
assert OFFER is not None

dates = st.timedeltas(timedelta(0), timedelta(days=200)).map(lambda gap: MAY + gap)
names = st.sampled_from([*RECORDS, "x@stranger.example", "Bob@Firm.example", "bob+x@firm.example"])
boxes = st.lists(names.map(lambda text: Address("", text)), max_size=3).map(tuple)
ids = st.sampled_from(["", "<a>", "<b>", "<c>", "<sent>"])
subjects = st.text(max_size=20) | st.sampled_from(
    [TOKEN, "Our offer", "Offer", f"Re: Offer {TOKEN}", "TR: Offer"]
)
texts = st.sampled_from(["", "one", "two", LETTER.text, LETTER.text + "\n\n-- \nf"])

header_facts = st.builds(
    HeaderFacts,
    list_id=st.sampled_from(["", "news.stranger.example"]),
    auto_submitted=st.sampled_from(["", "no", "auto-replied"]),
    precedence=st.sampled_from(["", "bulk", "first-class"]),
    sensitivity=st.sampled_from(Sensitivity),
    thread_index=indexes,
)
rules = st.builds(
    NeverRule,
    st.sampled_from(NeverKind),
    st.sampled_from(["", "firm.example", "x@stranger.example", "bulk", "personal", "private"]),
    st.booleans(),
)
never_lists = st.lists(rules, max_size=4).map(never_list)


@st.composite
def incomings(draw: st.DrawFn) -> Incoming:
    text = draw(texts)
    return Incoming(
        activityid=draw(st.uuids()),
        digest=draw(st.sampled_from([b"1", b"2", b"3"])),
        text_digest=text.encode(),
        text=text,
        parts=draw(st.frozensets(st.sampled_from("pqr"))),
        message_id=draw(ids),
        in_reply_to=draw(ids),
        references=tuple(draw(st.lists(ids, max_size=3))),
        subject=draw(subjects),
        sender=draw(st.none() | names.map(lambda text: Address("", text))),
        to=draw(boxes),
        cc=draw(boxes),
        date=draw(st.none() | dates),
        carries_message=draw(st.booleans()),
        test_id=draw(st.sampled_from(["", "", "", "t"])),
        reports=draw(st.sampled_from([(), (), ("<sent>",), ("<c>", "<a>")])),
        confirms=draw(st.booleans()),
        by_hand=draw(st.sampled_from([False, False, True])),
        automatic=draw(st.sampled_from(Automatic)),
        header_facts=draw(header_facts),
        delivered_to=tuple(("Delivered-To", address) for address in draw(boxes)[:1]),
    )


refs = st.builds(
    RecordRef,
    st.sampled_from(PartyKind),
    st.sampled_from([key(n) for n in range(1, 8)]),
    st.booleans(),
    st.none() | st.sampled_from([key(1), key(2)]),
)
some_takers = st.builds(Taker, refs, st.sampled_from(Filter), st.none() | st.just(key(1)))
keys = st.sampled_from([key(n) for n in range(60, 66)])
stored_emails = st.builds(
    StoredEmail,
    keys,
    st.sampled_from(Direction),
    st.none() | st.just(key(1)),
    st.none(),
    subject=subjects,
    thread_index=indexes,
)
some_answers = st.builds(
    Answers,
    records=st.dictionaries(
        names.map(str.lower), st.lists(refs, max_size=4).map(tuple), max_size=5
    ),
    takers=st.lists(some_takers, max_size=4).map(
        lambda found: {one.record.id: one for one in found}
    ),
    emails=st.dictionaries(
        ids.filter(bool), st.lists(stored_emails, min_size=1, max_size=2).map(tuple)
    ),
    tokens=st.dictionaries(st.just(TOKEN), stored_emails),
    never=st.dictionaries(st.sampled_from([key(n) for n in range(1, 8)]), never_lists, max_size=3),
    identities=st.dictionaries(
        st.sampled_from([b"1", b"2"]),
        st.lists(
            st.builds(
                Known,
                st.uuids(),
                st.sampled_from(Direction),
                st.integers(1, 3),
                st.binary(max_size=3),
                texts,
                st.frozensets(st.sampled_from("pq")),
            ),
            max_size=2,
        ).map(tuple),
    ),
    conversations=st.dictionaries(
        st.just(conversation_hash(CONVERSATION)),
        st.lists(stored_emails, min_size=1, max_size=3).map(tuple),
    ),
    people=st.dictionaries(keys, st.frozensets(names.map(str.lower), max_size=3)),
    similar=st.dictionaries(
        st.just(OFFER.subjects[0]),
        st.lists(
            st.builds(
                Likely,
                stored_emails.map(lambda email: replace(email, subject="Our offer")),
                dates,
                st.just(OFFER.people),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
    ),
)
mailboxes = st.builds(
    ReadingMailbox,
    st.just("b@x.example"),
    st.none() | some_takers,
    st.none() | st.just(ACME),
)
organizations = st.builds(
    TrackingSettings,
    correlation=st.booleans(),
    tokens=st.booleans(),
    two_activities=st.booleans(),
    own_filter_only=st.booleans(),
    forced_filter=st.none() | st.sampled_from(Filter),
    internal_to_queues=st.booleans(),
    internal_from_queues=st.booleans(),
    items_for_recipients=st.booleans(),
    item_for_read_queue=st.booleans(),
    items_for_tracked=st.booleans(),
    forwards_are_replies=st.booleans(),
    plus_addresses=st.booleans(),
    sender_unresolved=st.booleans(),
    recipients_unresolved=st.booleans(),
    inactive_meant=st.booleans(),
    smart_matching=st.booleans(),
    smart_matching_trusted=st.booleans(),
    bounces_tracked=st.booleans(),
    receipts_tracked=st.booleans(),
    never=never_lists,
)
