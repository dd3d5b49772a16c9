"""Credentials, encrypted, and the refusals that make all work of one credential wait."""

from django.db import models

from passerelle.guids import new_guid


class Credential(models.Model):
    """A user name and its encrypted password. A new password is a new version."""

    credential_id = models.UUIDField(primary_key=True, default=new_guid, db_column="credentialid")
    username = models.CharField(max_length=250, db_column="username")
    ciphertext = models.BinaryField(null=True)  # nonce and AES-256-GCM; None: still to be entered
    key_id = models.CharField(max_length=40, blank=True, db_column="keyid")
    version = models.PositiveIntegerField(default=1)
    changed_on = models.DateTimeField(auto_now=True, db_column="changedon")

    class Meta:
        db_table = "credential"

    def __str__(self) -> str:
        return str(self.credential_id)

    @property
    def is_password_set(self) -> bool:
        return self.ciphertext is not None


class FirstTry(models.Model):
    """One process signs in now with a version of a credential that it has not seen accepted."""

    try_id = models.UUIDField(primary_key=True, default=new_guid, db_column="tryid")
    host = models.CharField(max_length=255)
    credential = models.ForeignKey(Credential, models.CASCADE, db_column="credentialid")
    version = models.PositiveIntegerField()
    until = models.DateTimeField()  # a process that was killed holds nobody up after it

    class Meta:
        db_table = "credentialfirsttry"
        constraints = [
            models.UniqueConstraint(
                fields=["host", "credential", "version"], name="credentialfirsttry_alone"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Refusal(models.Model):
    """A server refused this version of a credential; nobody tries it again before `next_try_on`.

    With an account it is refused for that one alone, of the many that it signs in for.
    """

    refusal_id = models.UUIDField(primary_key=True, default=new_guid, db_column="refusalid")
    host = models.CharField(max_length=255)
    credential = models.ForeignKey(Credential, models.CASCADE, db_column="credentialid")
    version = models.PositiveIntegerField()
    account = models.CharField(max_length=250, blank=True)
    is_fresh = models.BooleanField(default=True, db_column="isfresh")  # no account taken since
    refused_on = models.DateTimeField(db_column="refusedon")
    tries = models.PositiveIntegerField(default=1)
    next_try_on = models.DateTimeField(db_column="nexttryon")

    class Meta:
        db_table = "credentialrefusal"
        constraints = [
            models.UniqueConstraint(
                fields=["host", "credential", "version", "account"], name="credentialrefusal_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.refusal_id)
