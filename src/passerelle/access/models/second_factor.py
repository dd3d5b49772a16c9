"""A second factor (TOTP, RFC 6238) and the recovery codes that stand in for a lost device."""

from django.db import models

from passerelle.crm.models import SignInAccount
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Credential


class SecondFactor(models.Model):
    """One device of one account. The secret is in the vault, as mail passwords are."""

    factor_id = models.UUIDField(primary_key=True, default=new_guid, db_column="factorid")
    account = models.OneToOneField(
        SignInAccount, models.CASCADE, related_name="second_factor", db_column="accountid"
    )
    credential = models.OneToOneField(
        Credential, models.PROTECT, related_name="+", db_column="credentialid"
    )
    confirmed_on = models.DateTimeField(null=True, db_column="confirmedon")  # None: being set up
    last_step = models.PositiveBigIntegerField(default=0, db_column="laststep")  # no code twice
    failures = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, db_column="restsuntil")

    class Meta:
        db_table = "secondfactor"

    def __str__(self) -> str:
        return str(self.factor_id)


class RecoveryCode(models.Model):
    """One code that stands in for the device, once. Only its digest is stored."""

    code_id = models.UUIDField(primary_key=True, default=new_guid, db_column="codeid")
    factor = models.ForeignKey(
        SecondFactor,
        models.CASCADE,
        related_name="recovery_codes",
        db_index=False,
        db_column="factorid",
    )
    digest = models.CharField(max_length=64)
    used_on = models.DateTimeField(null=True, db_column="usedon")

    class Meta:
        db_table = "recoverycode"
        constraints = [
            models.UniqueConstraint(fields=["factor", "digest"], name="recoverycode_once")
        ]

    def __str__(self) -> str:
        return str(self.code_id)
