"""Invitations by a real relay, killed at each point: nobody gets two mails for one action."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.utils import timezone
from tests.system.servers.smtp_server import SmtpServer, smtp_server

from passerelle.access import services as access
from passerelle.access.invitations.asking import KIND
from passerelle.access.invitations.crash_points import CLAIMED, CRASH_POINTS
from passerelle.access.models import Invitation
from passerelle.access.services import Choice, Way
from passerelle.alerts.models import Alert
from passerelle.crm.models import AuditEntry, SignInAccount, SignInLink
from passerelle.crm.services import create_user, provider_link, redeem
from passerelle.engine.models import Work, Worker
from passerelle.engine.services import Killed, crash_points, run_due
from passerelle.faults.access import NobodyToInvite, ProviderOff
from passerelle.mailboxes.services import save_relay

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ADDRESS = "https://passerelle.example/sign-in/{token}/"
NAMES = ("anna", "bert", "cleo")


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        stored = {"host": "localhost", "port": running.port, "security": "none",
                  "sender_address": "passerelle@example.com"}  # fmt: skip
        save_relay(stored, username="", password=None, by="admin")
        yield running


@pytest.fixture(autouse=True)
def people() -> None:
    for name in NAMES:
        create_user(name.title(), f"{name}@example.com")


def run() -> None:
    run_due(kinds=[KIND])


def bury() -> None:
    """The killed worker is noticed at once."""
    Work.objects.update(worker=None)
    Worker.objects.all().delete()


def states() -> Counter[str]:
    return Counter(Invitation.objects.values_list("state", flat=True))


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_anywhere_nobody_gets_two(server: SmtpServer, point: str, nth: int) -> None:
    access.invite_many(Choice(), ADDRESS, "admin")
    with pytest.raises(Killed), crash_points.kill_at(point, nth):
        run()
    bury()
    run()
    mails = Counter(taken.rcpt_tos[0] for taken in server.taken)
    assert max(mails.values()) == 1
    assert mails.total() == (2 if point == CLAIMED else 3)
    told = point == CRASH_POINTS[-1]
    assert states() == ({"sent": 3} if told else {"sent": 2, "failed": 1})
    failed = Invitation.objects.filter(state="failed")
    assert set(failed.values_list("code", flat=True)) <= {"PSR-REL-005"}
    assert SignInAccount.objects.count() == SignInLink.objects.count() == 3
    assert AuditEntry.objects.filter(action="account.invited").get().detail == {"count": 3}


def test_without_a_relay_everybody_waits_and_it_is_told() -> None:
    access.invite_many(Choice(), ADDRESS, "admin")
    run()
    assert states() == {"waiting": 3}
    assert Alert.objects.filter(code="PSR-REL-001").exists()
    assert not SignInLink.objects.exists()


def test_withdrawn_before_it_left_it_never_does(server: SmtpServer) -> None:
    access.invite_many(Choice(), ADDRESS, "admin")
    chosen = [Invitation.objects.get(systemuser__fullname="Anna").pk]
    assert access.withdraw(chosen, "admin") == 1
    run()
    assert {taken.rcpt_tos[0] for taken in server.taken} == {"bert@example.com", "cleo@example.com"}


def test_sent_again_the_first_link_is_dead(server: SmtpServer) -> None:
    access.invite_many(Choice(words=("anna",)), ADDRESS, "admin")
    run()
    first = SignInLink.objects.get().pk
    assert access.send_again([Invitation.objects.get().pk], ADDRESS, "admin") == 1
    run()
    assert SignInLink.objects.get().pk != first
    assert len(server.taken) == 2


def test_who_came_is_accepted_and_neither_invited_nor_withdrawn(server: SmtpServer) -> None:
    access.invite_many(Choice(words=("anna",)), ADDRESS, "admin")
    run()
    SignInAccount.objects.update(last_login=timezone.now())
    one = access.invitations().get()
    assert one.standing(timezone.now()) == "accepted"
    with pytest.raises(NobodyToInvite):
        access.withdraw([one.pk], "admin")
    with pytest.raises(NobodyToInvite):
        access.send_again([one.pk], ADDRESS, "admin")


def test_after_its_time_it_is_expired(server: SmtpServer) -> None:
    access.invite_many(Choice(words=("anna",)), ADDRESS, "admin")
    run()
    one = access.invitations().get()
    assert one.expires_on is not None
    assert one.standing(timezone.now()) == "sent"
    assert one.standing(one.expires_on) == "expired"


def provider(*, enabled: bool = True) -> None:
    stored = {"enabled": enabled, "label": "Example", "client_id": "passerelle",
              "issuer": "https://login.example.com"}  # fmt: skip
    access.save_openid_provider(stored, groups={}, secret=None, by="admin")


def test_invited_to_the_provider_the_link_signs_nobody_in(server: SmtpServer) -> None:
    provider()
    access.invite_many(Choice(words=("anna",)), ADDRESS, "admin", way=Way.PROVIDER)
    run()
    for _ in range(2):
        content = server.taken[-1].content
        assert isinstance(content, bytes)
        token = content.decode().partition("/sign-in/")[2].partition("/")[0]
        assert redeem(token) is None
        link = provider_link(token)
        assert link is not None
        assert link.used_on is None
        access.send_again([Invitation.objects.get().pk], ADDRESS, "admin")  # the same way
        run()
    entry = AuditEntry.objects.filter(action="account.invited").earliest("done_on")
    assert entry.detail == {"count": 1, "way": "provider"}


def test_a_provider_switched_off_meanwhile_is_told_and_nothing_leaves(server: SmtpServer) -> None:
    provider()
    access.invite_many(Choice(), ADDRESS, "admin", way=Way.PROVIDER)
    provider(enabled=False)
    run()
    assert states() == {"failed": 3}
    assert set(Invitation.objects.values_list("code", flat=True)) == {"PSR-ACC-025"}
    assert server.taken == []
    assert not SignInAccount.objects.exists()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"enabled": False}, [Way.PASSWORD], id="without-a-provider"),
        pytest.param({}, [Way.PASSWORD, Way.PROVIDER], id="beside-passwords"),
        pytest.param(
            {"local_sign_in": "administrators"}, [Way.PROVIDER, Way.PASSWORD],
            id="where-passwords-are-for-administrators",
        ),
    ],
)  # fmt: skip
def test_ways_of_inviting(values: dict[str, object], expected: list[Way]) -> None:
    provider()
    access.save_openid_provider(values, groups={}, secret=None, by="admin")
    assert list(access.ways_of_inviting()) == expected
    if Way.PROVIDER not in expected:
        with pytest.raises(ProviderOff):
            access.invite_many(Choice(), ADDRESS, "admin", way=Way.PROVIDER)
