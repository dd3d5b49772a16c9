"""An identity of a provider is taken from an account: who came by it is out, and is told apart."""

import pytest
from django.utils import timezone

from passerelle.access.models import Identity, SignInSession
from passerelle.access.services import forget_identity, identities_of
from passerelle.crm.models import AuditEntry, SignInAccount
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in
from passerelle.guids import new_guid

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def ann() -> SignInAccount:
    return create_sign_in("ann", Role.USER)


def identity(account: SignInAccount, subject: str) -> Identity:
    return Identity.objects.create(
        account=account,
        issuer="https://login.company.example",
        subject=subject,
        made_on=timezone.now(),
    )


def test_a_forgotten_identity_is_gone_and_audited(ann: SignInAccount) -> None:
    gone, kept = identity(ann, "1"), identity(ann, "2")
    assert forget_identity(ann, gone.pk, "root")
    assert identities_of(ann) == [kept]
    entry = AuditEntry.objects.get()
    assert (entry.username, entry.subject_id) == ("root", ann.pk)
    assert entry.detail == {"identity": ["https://login.company.example", ""]}


def test_who_is_signed_in_is_put_out_but_for_whom_it_is_done(ann: SignInAccount) -> None:
    moment = timezone.now()
    here, elsewhere = (
        SignInSession.objects.create(account=ann, started_on=moment, seen_on=moment)
        for _ in range(2)
    )
    forget_identity(ann, identity(ann, "1").pk, "ann", but=here.pk)
    assert list(SignInSession.objects.all()) == [here]
    assert elsewhere not in SignInSession.objects.all()


def test_that_of_another_account_stays(ann: SignInAccount) -> None:
    bob = create_sign_in("bob", Role.USER)
    his = identity(bob, "1")
    assert not forget_identity(ann, his.pk, "root")
    assert not forget_identity(ann, new_guid(), "root")
    assert identities_of(bob) == [his]
    assert not AuditEntry.objects.exists()
