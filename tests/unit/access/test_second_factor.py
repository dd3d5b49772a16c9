"""Second factors: set up, taken once, rested after wrong codes, removed; secrets in the vault."""

from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone

from passerelle.access import services as access
from passerelle.access.models import RecoveryCode, SecondFactor
from passerelle.access.second_factor import MOST_FAILURES, STEP_SECONDS
from passerelle.crm.models import AuditEntry, SignInAccount
from passerelle.crm.models.people import Role
from passerelle.crm.services import create_sign_in
from passerelle.faults import Secret
from passerelle.faults.access import CodeRefused, CodesRest
from passerelle.mailboxes.models import Credential

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    pytest.mark.usefixtures("still_clock"),  # a code is of the half minute in which it is given
]
PASSWORD = "a long enough phrase"


@pytest.fixture
def account() -> SignInAccount:
    return create_sign_in("anna", Role.USER, password=Secret(PASSWORD))


@pytest.fixture
def secret(account: SignInAccount) -> str:
    """The secret of a device that is not set up yet."""
    return access.begin_second_factor(account).secret.reveal()


@pytest.fixture
def codes(account: SignInAccount, secret: str) -> list[str]:
    """The recovery codes of a device that was set up with the code of the step before."""
    return access.confirm_second_factor(account, code(secret, -1), "anna")


def code(secret: str, offset: int = 0) -> str:
    """What the device shows now, or some steps from now."""
    step = int(timezone.now().timestamp()) // STEP_SECONDS
    return pyotp.TOTP(secret).generate_otp(step + offset)


def test_nothing_is_asked_before_a_code_proved_the_device(
    account: SignInAccount, secret: str
) -> None:
    assert access.second_factor_of(account) is None
    assert access.begin_second_factor(account).secret.reveal() == secret
    with pytest.raises(CodeRefused):
        access.confirm_second_factor(account, "000000" if code(secret) != "000000" else "1", "anna")
    assert access.second_factor_of(account) is None


def test_the_secret_is_in_the_vault_alone(
    account: SignInAccount, secret: str, codes: list[str]
) -> None:
    [credential] = Credential.objects.all()
    assert secret.encode() not in bytes(credential.ciphertext or b"")
    assert secret not in str(list(AuditEntry.objects.values()))
    digests = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(digests) == len(codes) == 10
    assert digests.isdisjoint(codes)


def test_a_code_is_taken_once(account: SignInAccount, secret: str, codes: list[str]) -> None:
    now = code(secret)
    access.check_code(account, now)
    with pytest.raises(CodeRefused):
        access.check_code(account, now)


def test_an_older_code_than_the_last_one_is_refused(
    account: SignInAccount, secret: str, codes: list[str]
) -> None:
    access.check_code(account, code(secret, 1))
    with pytest.raises(CodeRefused):
        access.check_code(account, code(secret, -1))


@pytest.mark.parametrize("offset", [-1000, -3, 3])
def test_a_code_of_another_time_is_refused(
    account: SignInAccount, secret: str, codes: list[str], offset: int
) -> None:
    with pytest.raises(CodeRefused):
        access.check_code(account, code(secret, offset))


def test_a_recovery_code_stands_in_once(account: SignInAccount, codes: list[str]) -> None:
    access.check_code(account, codes[3].upper())
    assert access.codes_left(account) == 9
    with pytest.raises(CodeRefused):
        access.check_code(account, codes[3])


def test_new_recovery_codes_end_the_old_ones(account: SignInAccount, codes: list[str]) -> None:
    fresh = access.renew_recovery_codes(account, "anna")
    with pytest.raises(CodeRefused):
        access.check_code(account, codes[0])
    access.check_code(account, fresh[0])


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("", id="nothing"),
        pytest.param("12345", id="too short"),
        pytest.param("１２３４５６", id="digits of another script"),
        pytest.param("x" * 100_000, id="far too long"),
        pytest.param("\ud800\0", id="what no text holds"),
    ],
)
def test_rubbish_is_refused(account: SignInAccount, codes: list[str], given: str) -> None:
    with pytest.raises(CodeRefused):
        access.check_code(account, given)


def test_after_some_wrong_codes_even_a_right_one_waits(
    account: SignInAccount, secret: str, codes: list[str]
) -> None:
    for _ in range(MOST_FAILURES):
        with pytest.raises(CodeRefused):
            access.check_code(account, "wrong")
    with pytest.raises(CodesRest):
        access.check_code(account, code(secret))
    with pytest.raises(CodesRest):
        access.check_code(account, codes[0])
    SecondFactor.objects.update(rests_until=timezone.now() - timedelta(seconds=1))
    access.check_code(account, code(secret))
    assert SecondFactor.objects.get().failures == 0


def test_the_password_proves_the_person_and_wrong_ones_count(
    account: SignInAccount, codes: list[str]
) -> None:
    access.check_proof(account, PASSWORD)
    for _ in range(MOST_FAILURES):
        with pytest.raises(CodeRefused):
            access.check_proof(account, "wrong")
    with pytest.raises(CodesRest):
        access.check_proof(account, PASSWORD)


def test_an_account_without_a_password_proves_itself_by_a_code(
    account: SignInAccount, secret: str, codes: list[str]
) -> None:
    account.set_unusable_password()
    account.save()
    with pytest.raises(CodeRefused):
        access.check_proof(account, PASSWORD)
    access.check_proof(account, code(secret))


def test_what_is_removed_leaves_nothing(account: SignInAccount, codes: list[str]) -> None:
    assert access.remove_second_factor(account, "admin")
    assert not Credential.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not access.remove_second_factor(account, "admin")
    actions = sorted(AuditEntry.objects.values_list("action", "username"))
    assert actions == [("secondfactor.removed", "admin"), ("secondfactor.set", "anna")]
