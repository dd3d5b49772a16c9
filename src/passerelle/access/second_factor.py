"""Second factors: TOTP (RFC 6238) by a device, or a recovery code instead, each once.

A code of the step before or after counts too, as clocks differ; a step that was used never counts
again (RFC 6238, 5.2). After a few wrong codes the account's second factor rests, whoever tries.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

import pyotp
import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from passerelle.access.models import RecoveryCode, SecondFactor
from passerelle.crm import services as crm
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.audit import AuditAction
from passerelle.crm.services import Subject
from passerelle.faults import Secret
from passerelle.faults.access import CodeRefused, CodesRest
from passerelle.mailboxes.services import reveal, set_password

log = structlog.get_logger()

STEP_SECONDS = 30  # RFC 6238, 5.2
DIGITS = 6
STEPS_AROUND = 1
MOST_FAILURES = 5
REST = timedelta(minutes=5)
RECOVERY_CODES = 10
RECOVERY_BYTES = 15  # 120 bits: a plain digest is enough from 112 on (ASVS 5.0.0, 6.5.2)
CODE_CHARS = 64  # a longer one is not ours and is not even hashed
ISSUER = "Passerelle"


class SettingUp(NamedTuple):
    """What a person's device needs to know, shown while it is set up and never again."""

    secret: Secret  # base32
    address: Secret  # otpauth://, the text of the QR code


def second_factor_of(account: SignInAccount) -> SecondFactor | None:
    """The device of an account, once it is set up."""
    return SecondFactor.objects.filter(account=account, confirmed_on__isnull=False).first()


def begin_second_factor(account: SignInAccount) -> SettingUp:
    """A secret for a device; the same one until a code of it was entered."""
    with transaction.atomic():
        SignInAccount.objects.select_for_update().get(pk=account.pk)  # two tabs make one secret
        factor = SecondFactor.objects.select_related("credential").filter(account=account).first()
        if factor is not None and factor.confirmed_on is not None:
            raise ValidationError(gettext("A second factor is set up already; remove it first."))
        if factor is None:
            credential = set_password(None, account.username, Secret(pyotp.random_base32()))
            factor = SecondFactor.objects.create(account=account, credential=credential)
    secret = _secret(factor)
    address = pyotp.TOTP(secret.reveal()).provisioning_uri(
        name=account.username, issuer_name=ISSUER
    )
    return SettingUp(secret, Secret(address))


def confirm_second_factor(account: SignInAccount, code: str, by: str) -> list[str]:
    """Set the device up when it shows the right code; gives the recovery codes, this once.

    Raises `CodeRefused` or `CodesRest`.
    """
    factor = SecondFactor.objects.filter(account=account, confirmed_on=None).first()
    if factor is None:
        raise CodeRefused
    _require_code(factor, code)
    with transaction.atomic():
        SecondFactor.objects.filter(pk=factor.pk).update(confirmed_on=timezone.now())
        codes = _renew_codes(factor)
        crm.note(AuditAction.SECOND_FACTOR_SET, Subject("signinaccount", account.pk), by)
    log.info("secondfactor.set", account_id=str(account.pk))
    return codes


def check_code(account: SignInAccount, code: str) -> None:
    """Take a code of the device or a recovery code, once. Raises `CodeRefused` or `CodesRest`."""
    factor = second_factor_of(account)
    if factor is None:
        raise CodeRefused
    _require_code(factor, code)


def check_proof(account: SignInAccount, proof: str) -> None:
    """Take the password once more, or a code where the account has none.

    Wrong ones count as wrong codes do, so that a browser left open is no place to try passwords.
    Raises `CodeRefused` or `CodesRest`.
    """
    factor = second_factor_of(account)
    if factor is None:
        raise CodeRefused
    if not account.has_usable_password():
        _require_code(factor, proof)
        return
    _claim_try(factor)
    if not account.check_password(proof):
        log.warning("secondfactor.proof-refused", account_id=str(account.pk))
        raise CodeRefused
    _forgive(factor)


def renew_recovery_codes(account: SignInAccount, by: str) -> list[str]:
    """New recovery codes in place of the old ones, given this once."""
    factor = second_factor_of(account)
    if factor is None:
        raise CodeRefused
    with transaction.atomic():
        codes = _renew_codes(factor)
        detail = {"recovery_codes": len(codes)}
        crm.note(AuditAction.SECOND_FACTOR_SET, Subject("signinaccount", account.pk), by, detail)
    return codes


def codes_left(account: SignInAccount) -> int:
    """How many recovery codes were not used yet."""
    return RecoveryCode.objects.filter(factor__account=account, used_on=None).count()


def remove_second_factor(account: SignInAccount, by: str) -> bool:
    """Take the device and its codes away; whoever calls has made sure that it may be."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_related("credential").filter(account=account).first()
        if factor is None:
            return False
        was_set, credential = factor.confirmed_on is not None, factor.credential
        factor.delete()
        credential.delete()
        if was_set:
            crm.note(AuditAction.SECOND_FACTOR_REMOVED, Subject("signinaccount", account.pk), by)
    log.info("secondfactor.removed", account_id=str(account.pk), by=by)
    return was_set


def _require_code(factor: SecondFactor, code: str) -> None:
    _claim_try(factor)
    given = "".join(code.split()).replace("-", "").lower()[: CODE_CHARS + 1]
    if not (_is_next_step(factor, given) or _is_unused_recovery(factor, given)):
        log.warning("secondfactor.refused", account_id=str(factor.account_id))
        raise CodeRefused
    _forgive(factor)


def _forgive(factor: SecondFactor) -> None:
    SecondFactor.objects.filter(pk=factor.pk).update(failures=0, rests_until=None)


def _claim_try(factor: SecondFactor) -> None:
    """Count the try before it is judged, so that many at once are no more than a few."""
    now = timezone.now()
    rows = SecondFactor.objects.filter(pk=factor.pk)
    with transaction.atomic():
        stored = rows.select_for_update().get()
        if stored.rests_until is not None and stored.rests_until > now:
            raise CodesRest(minutes=int(REST.total_seconds() // 60))
        tried = 0 if stored.rests_until is not None else stored.failures
        rests = now + REST if tried + 1 >= MOST_FAILURES else None
        rows.update(failures=tried + 1, rests_until=rests)


def _is_next_step(factor: SecondFactor, given: str) -> bool:
    if len(given) != DIGITS or not given.isascii() or not given.isdigit():
        return False
    totp = pyotp.TOTP(_secret(factor).reveal(), digits=DIGITS, interval=STEP_SECONDS)
    step = int(timezone.now().timestamp()) // STEP_SECONDS
    for offset in range(-STEPS_AROUND, STEPS_AROUND + 1):
        if secrets.compare_digest(totp.generate_otp(step + offset), given):
            used = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step + offset)
            return used.update(last_step=step + offset) == 1
    return False


def _is_unused_recovery(factor: SecondFactor, given: str) -> bool:
    if not given or len(given) > CODE_CHARS:
        return False
    unused = RecoveryCode.objects.filter(factor=factor, digest=_digest(given), used_on=None)
    if unused.update(used_on=timezone.now()) != 1:
        return False
    log.info("secondfactor.recovery-used", account_id=str(factor.account_id))
    return True


def _renew_codes(factor: SecondFactor) -> list[str]:
    RecoveryCode.objects.filter(factor=factor).delete()
    codes = [secrets.token_hex(RECOVERY_BYTES) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(factor=factor, digest=_digest(code)) for code in codes]
    )
    return ["-".join(code[at : at + 5] for at in range(0, len(code), 5)) for code in codes]


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


def _secret(factor: SecondFactor) -> Secret:
    found = reveal(factor.credential, owner=ISSUER)
    assert found is not None  # it was made with its secret
    return found
