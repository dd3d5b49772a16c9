"""Search on the database at hand: what is found by which words, by whom, page after page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.crm.models import (
    ActivityMimeAttachment,
    ActivityParty,
    Email,
    EmailToIndex,
    IndexedEmail,
    PrincipalObjectAccess,
    Queue,
    SignInAccount,
    SystemUser,
)
from passerelle.crm.models.mail.emails import EmailState, EmailStatus, Participation
from passerelle.crm.models.people import Role
from passerelle.crm.readers import grant
from passerelle.crm.readers import seen as readers_seen
from passerelle.crm.search import (
    Found,
    ask_to_index,
    beginnings,
    index_some,
    matching,
    rebuild,
    search,
    some_wait,
    words_of,
    words_sought,
)
from passerelle.crm.search.databases import find
from passerelle.crm.services import create_queue, create_sign_in, create_user
from passerelle.guids import new_guid

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ADMINISTRATOR = SignInAccount(role=Role.ADMINISTRATOR)  # no user: nothing is theirs
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# Emails whose words are read, of who reads some and of who sees all; hits that are asked for.
WAYS: dict[str, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = {
    "the-index-is-asked": ((), (), (200, 2_000)),
    "words-are-read": ((1_000,), (1_000,), (200,)),
    "two-at-a-time": ((2, 100), (2, 100), (2, 200)),
    "words-are-read-and-then-the-index-is-asked": ((3,), (1, 2), (1, 200)),
}
# Of how long a beginning FTS5 has an index, and of how many words it is asked without gathering.
ORDERS = {"in-order": (3, 60), "in-order-where-one-word-begins-so": (3, 1), "gathered": (0, 0)}


def stored(subject: str = "", text: str = "", minutes: int = 0, **columns: object) -> Email:
    """An email that waits to be indexed, as recording leaves it."""
    email = Email.objects.create(
        **{
            "subject": subject,
            "description": text,
            "statecode": EmailState.COMPLETED,
            "statuscode": EmailStatus.RECEIVED,
            "created_on": NOON + timedelta(minutes=minutes),
            "identity": new_guid().bytes,
            **columns,
        }
    )
    ask_to_index([email.pk])
    return email


def found(text: str) -> list[Email]:
    """What is found by who reads all that is stored, and asks the index."""
    while index_some():
        pass
    reader = SystemUser.objects.first() or create_user("Reader", "reader@example.com")
    PrincipalObjectAccess.objects.bulk_create(
        (
            PrincipalObjectAccess(email=one, principal=reader.pk, created_on=one.created_on)
            for one in Email.objects.all()
        ),
        ignore_conflicts=True,
    )
    account = SignInAccount(role=Role.ADMINISTRATOR, systemuser=reader)
    return list(search(account, Email.objects.all(), words_sought(text), 0, 50).emails)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("helene", True),
        ("HÉLÈNE", True),
        ("hel", True),
        ("facture helene", True),
        ("fact 2026", True),
        ("Hélène devis", False),
        ("elene", False),
        ('helene" OR "x', False),
        ("helene & !facture", True),
        ("'; DROP TABLE email; --", False),
    ],
)
def test_an_email_is_found_by_the_beginnings_of_its_words(text: str, is_found: bool) -> None:
    email = stored("Facture 2026", "Bonjour, c’est pour Hélène.")
    assert found(text) == ([email] if is_found else [])


def test_people_and_files_are_found_too() -> None:
    email = stored("Hello", sender="clara@customer.example", to_recipients="anna@example.com")
    party = {"participation": Participation.CC, "name_used": "Zoé Lefèvre"}
    ActivityParty.objects.create(email=email, address_used="zoe@home.example", **party)
    ActivityMimeAttachment.objects.create(
        email=email, number=1, filename="Devis-été.pdf", filesize=1, digest=""
    )
    for text in ("clara@customer", "anna", "lefevre", "zoe@home.example", "devis ete pdf"):
        assert found(text) == [email], text


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        pytest.param("salary", False, id="not-by-its-text"),
        pytest.param("order salary", False, id="nor-by-a-word-of-it-among-others"),
        pytest.param("plan", False, id="nor-by-the-name-of-a-file"),
        pytest.param("order", True, id="by-its-subject"),
        pytest.param("clara zoe order", True, id="by-its-people"),
        pytest.param("rde", False, id="by-the-beginnings-of-words"),
    ],
)
def test_email_of_others_is_found_by_its_headers_alone(text: str, is_found: bool) -> None:
    email = stored("Order", "The salary.", sender="clara@customer.example")
    party = {"participation": Participation.CC, "name_used": "Zoé"}
    ActivityParty.objects.create(email=email, address_used="zoe@home.example", **party)
    ActivityMimeAttachment.objects.create(
        email=email, number=1, filename="plan.pdf", filesize=1, digest=""
    )
    while index_some():
        pass
    with_the_right = SignInAccount(role=Role.USER, may_read_all=True)
    for account in (ADMINISTRATOR, with_the_right):
        rows = search(account, Email.objects.all(), words_sought(text), 0, 50).emails
        assert list(rows) == ([email] if is_found else [])


def test_texts_of_others_are_not_looked_through() -> None:
    for number in range(3):
        stored(f"Order {number}", "salary")
    while index_some():
        pass
    with CaptureQueriesContext(connection) as queries:
        rows = search(ADMINISTRATOR, Email.objects.all(), words_sought("salary"), 0, 50)
    assert rows == Found([], 0)
    assert [one for one in queries if "activityid FROM email " in one["sql"]] == []
    assert len(queries) <= 3  # the words that begin so, or how far; and which emails have one


def test_own_and_others_emails_are_on_one_page_the_newest_first() -> None:
    anna = create_user("Anna", "anna@example.com")
    own = [stored(f"Plan {n}", "order", minutes=2 * n, owner=anna) for n in range(4)]
    others = [stored(f"Order {n}", minutes=2 * n + 1) for n in range(4)]
    grant([email.pk for email in own])
    rebuild()
    while index_some():
        pass
    account = SignInAccount(role=Role.ADMINISTRATOR, systemuser=anna)
    shown: list[Email] = []
    below = 0
    for _ in range(3):
        page = search(account, Email.objects.all(), words_sought("order"), below, 3)
        shown, below = [*shown, *page.emails], page.below
    assert shown == [email for pair in zip(own, others, strict=True) for email in pair][::-1]
    assert below == 0


def test_the_newest_is_found_first_and_pages_go_on() -> None:
    emails = [stored(f"Order {number}", minutes=number) for number in range(7)]
    while index_some(limit=2):
        pass
    asked = ADMINISTRATOR, Email.objects.all(), words_sought("order")
    first = search(*asked, 0, 3)
    second = search(*asked, first.below, 3)
    third = search(*asked, second.below, 3)
    assert [*first.emails, *second.emails, *third.emails] == emails[::-1]
    assert (bool(first.below), bool(second.below), third.below) == (True, True, 0)


@pytest.mark.parametrize(
    "few", [pytest.param(5, id="few-emails-are-read"), pytest.param(0, id="the-index-is-asked")]
)
def test_only_what_is_visible_is_found(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers_seen, "FEW", few)
    anna = create_user("Anna", "anna@example.com")
    queue = create_queue("Orders", "orders@example.com", members=[anna])
    stored("Order of others")
    own, of_queue = stored("Order of mine", owner=anna), stored("Reorder", accepting_queue=queue)
    both = stored("Ordered", owner=anna, accepting_queue=queue)
    grant([own.pk, of_queue.pk, both.pk])
    while index_some():
        pass
    account = create_sign_in("anna", Role.USER, systemuser=anna)

    def seen(text: str, below: int = 0, size: int = 50) -> Found:
        return search(account, Email.objects.all(), words_sought(text), below, size)

    assert seen("order").emails == [both, own]
    assert seen("reord").emails == [of_queue]
    assert seen("order mine").emails == [own]
    first = seen("order", size=1)
    assert (first.emails, seen("order", first.below).emails) == ([both], [own])
    nobody = create_sign_in("nobody", Role.USER)
    assert search(nobody, Email.objects.all(), words_sought("order"), 0, 50) == Found([], 0)


def test_a_completed_email_is_found_by_its_new_file() -> None:
    email = stored("Order")
    assert found("plan") == []
    ActivityMimeAttachment.objects.create(
        email=email, number=1, filename="plan.pdf", filesize=1, digest=""
    )
    ask_to_index([email.pk])
    assert found("plan") == [email]
    assert IndexedEmail.objects.count() == 1


def test_what_is_removed_is_found_no_more() -> None:
    email = stored("Order")
    assert found("order") == [email]
    email.delete()
    assert found("order") == []
    assert not IndexedEmail.objects.exists()


def test_a_changed_draft_is_found_by_what_it_says_now() -> None:
    draft = stored("Order", statecode=EmailState.OPEN, statuscode=EmailStatus.DRAFT)
    assert found("order") == [draft]
    Email.objects.filter(pk=draft.pk).update(subject="Offer")
    ask_to_index([draft.pk])
    assert (found("order"), found("offer")) == ([], [draft])


def test_an_email_that_went_before_its_turn_stops_nothing() -> None:
    gone, kept = stored("Gone"), stored("Kept")
    Email.objects.filter(pk=gone.pk).delete()
    ask_to_index([gone.pk])
    assert found("kept") == [kept]
    assert not some_wait()


def test_a_rebuilt_index_finds_all_again() -> None:
    later, earlier = stored("Order", minutes=1), stored("Order", minutes=0)
    IndexedEmail.objects.all().delete()
    EmailToIndex.objects.all().delete()
    assert rebuild() == 2
    assert found("order") == [later, earlier]


def test_indexing_costs_a_constant_number_of_queries() -> None:
    def cost(emails: int) -> int:
        for number in range(emails):
            stored(f"Order {number}")
        with CaptureQueriesContext(connection) as queries:
            index_some()
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    assert cost(1) == cost(30)


WRITTEN = ["ab", "abc", "abcd", "abcdé", "abcdef", "b1", "ça", "cd"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    st.lists(st.lists(st.sampled_from(WRITTEN), max_size=4), max_size=6),
    st.lists(st.sampled_from(["a", "ab", "abc", "abcd", "b1", "ca", "cd", "x"]), max_size=3),
)
def test_both_databases_find_what_the_words_say(texts: list[list[str]], asked: list[str]) -> None:
    """The oracle is one line of Python; CI runs this on SQLite and on PostgreSQL."""
    Email.objects.all().delete()
    emails = [stored(" ".join(words)) for words in texts]
    sought = words_sought(" ".join(asked))
    if not sought:
        return
    expected = {
        email.pk
        for email, words in zip(emails, texts, strict=True)
        if all(any(word.startswith(one) for word in words_of([" ".join(words)])) for one in sought)
    }
    assert {email.pk for email in found(" ".join(asked))} == expected


@dataclass(frozen=True, slots=True)
class Written:
    """One email: what it says in its subject and in its text, and whose it is."""

    subject: Sequence[str]
    text: Sequence[str]
    whose: str | None

    def has(self, asked: Sequence[str], *, whole: bool) -> bool:
        words = words_of([" ".join([*self.subject, *(self.text if whole else ())])])
        return all(any(word.startswith(one) for word in words) for one in asked)


some_words = st.lists(st.sampled_from(WRITTEN), max_size=3)
letters = st.builds(Written, some_words, some_words, st.sampled_from([None, "anna", "queue"]))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("way", WAYS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    st.lists(letters, max_size=9),
    st.sampled_from(["ab", "abcd", "ca", "abcd b1"]),
    st.integers(1, 4),
)
def test_each_way_finds_the_same_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    order: str,
    written: list[Written],
    asked: str,
    size: int,
) -> None:
    by(way, order, monkeypatch)
    Email.objects.all().delete()
    anna = SystemUser.objects.first() or create_user("Anna", "anna@example.com")
    queue = Queue.objects.first() or create_queue("Orders", "orders@example.com", members=[anna])
    owners: dict[str, dict[str, object]] = {
        "anna": {"owner": anna},
        "queue": {"accepting_queue": queue},
    }
    emails = [
        stored(" ".join(one.subject), " ".join(one.text), 0, **owners.get(one.whose or "", {}))
        for one in written
    ]
    grant([email.pk for email in emails])
    while index_some():
        pass
    sought = words_sought(asked)
    for account in (
        SignInAccount(role=Role.USER, systemuser=anna),
        SignInAccount(role=Role.ADMINISTRATOR, systemuser=anna),
        ADMINISTRATOR,
    ):
        own = account.systemuser is not None
        expected = [
            email
            for email, one in zip(emails, written, strict=True)
            if (own and one.whose and one.has(sought, whole=True))
            or (account.sees_all_email and one.has(sought, whole=False))
        ]
        assert all_pages(account, sought, size) == expected[::-1]


def by(way: str, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own, of_all, candidates = WAYS[way]
    indexed, most = ORDERS[order]
    monkeypatch.setattr(beginnings, "INDEXED_CHARS", indexed)
    monkeypatch.setattr(beginnings, "WORDS_MOST", most)
    monkeypatch.setattr(readers_seen, "FEW", 0)
    monkeypatch.setattr(matching, "NEXT", own)
    monkeypatch.setattr(matching, "NEXT_OF_ALL", of_all)
    monkeypatch.setattr(matching, "CANDIDATES", candidates)


def all_pages(account: SignInAccount, sought: Sequence[str], size: int) -> list[Email]:
    shown: list[Email] = []
    below, more = 0, True
    while more:
        page = search(account, Email.objects.all(), sought, below, size)
        shown, below, more = [*shown, *page.emails], page.below, bool(page.below)
    return shown


@pytest.mark.parametrize("of_others", [3, 30])
def test_the_cost_of_a_frequent_word_is_that_of_a_page(of_others: int) -> None:
    """The index is not asked for a beginning, as it would gather all that have a word of it."""
    anna = create_user("Anna", "anna@example.com")
    for number in range(of_others):
        stored(f"Order {number}", owner=anna)
    grant(list(Email.objects.values_list("pk", flat=True)))
    while index_some():
        pass
    with pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(readers_seen, "FEW", 0)
        account = SignInAccount(role=Role.USER, systemuser=anna)
        page = search(account, Email.objects.all(), words_sought("order"), 0, 2)
    assert len(page.emails) == 2
    assert [one for one in queries if '"*' in one["sql"]] == []
    # As whom, how many, how far, which, and two for their rows; on SQLite not how far, but the
    # words that begin so, until one does not.
    assert len(queries) == (8 if connection.vendor == "sqlite" else 6)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\u1985\u19b1\u1982", id="a-word"),
        pytest.param("\u1985\u19b1\u1982\u19b2\u1983 devis", id="a-longer-one-and-another"),
        pytest.param("\u1985\u1982", id="without-its-vowels"),
        pytest.param("\U0001e900\U0001e901", id="capitals-of-a-late-script"),
    ],
)
def test_letters_that_are_signs_to_an_older_unicode(text: str) -> None:
    """The index is asked: FTS5 knows no vowels of New Tai Lue, letters since Unicode 8.0."""
    stored("Devis", "\u1985\u19b1\u1982\u19b2\u1983 \U0001e922\U0001e923")
    assert found(text)
    assert len(find(words_sought(text), 1_000_000, 10)) == 1


def test_late_letters_alone_are_no_word() -> None:
    assert words_sought("\u19b1\u19b2 \u1cf2\u1cf3") == []
