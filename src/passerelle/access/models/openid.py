"""The company's own provider of identities (OpenID Connect), and who is whom there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from passerelle.constraints import CheckConstraint
from passerelle.crm.models import SignInAccount
from passerelle.crm.models.people import Role
from passerelle.guids import new_guid
from passerelle.mailboxes.models import Credential


class LocalSignIn(models.TextChoices):
    """Who may still sign in with a user name and a password."""

    EVERYBODY = "everybody", _("Everybody who has a password")
    ADMINISTRATORS = "administrators", _("Administrators only")


class OpenIdProvider(models.Model):
    """One row: where the provider is, and what its answers mean here."""

    only = models.BooleanField(default=True, primary_key=True, editable=False)
    enabled = models.BooleanField(_("single sign-on"), default=False)
    label = models.CharField(_("name on the button"), max_length=60, blank=True)
    issuer = models.CharField(_("issuer"), max_length=300, blank=True)
    client_id = models.CharField(_("client ID"), max_length=250, blank=True, db_column="clientid")
    credential = models.ForeignKey(
        Credential,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_column="credentialid",
    )  # None: a public client, held by PKCE alone
    scopes = models.CharField(_("scopes"), max_length=200, default="openid profile email")
    group_claim = models.CharField(
        _("claim that holds the groups"), max_length=100, default="groups", db_column="groupclaim"
    )
    reading_group = models.CharField(
        _("group that sees all email"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        db_column="readinggroup",
    )
    creates_accounts = models.BooleanField(
        _("make an account for whoever is in a group below"),
        default=False,
        db_column="createsaccounts",
    )
    matches_email = models.BooleanField(
        _("link the account of the user who has the verified email address"),
        default=False,
        db_column="matchesemail",
    )
    local_sign_in = models.CharField(
        _("user name and password"),
        max_length=20,
        choices=LocalSignIn,
        default=LocalSignIn.EVERYBODY,
        db_column="localsignin",
    )

    class Meta:
        db_table = "openidprovider"
        constraints = [
            CheckConstraint(condition=Q(only=True), name="openidprovider_one"),
            CheckConstraint(
                condition=Q(local_sign_in__in=LocalSignIn.values), name="openidprovider_local_known"
            ),
        ]

    def __str__(self) -> str:
        return self.issuer


class GroupRole(models.Model):
    """Members of this group of the provider have this role here."""

    group_role_id = models.UUIDField(primary_key=True, default=new_guid, db_column="grouproleid")
    group = models.CharField(max_length=200, unique=True, db_column="groupname")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        db_table = "grouprole"
        ordering = ["group"]
        constraints = [
            CheckConstraint(condition=Q(role__in=Role.values), name="grouprole_role_known")
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.role}"


class Identity(models.Model):
    """Issuer and subject, which together name one person for ever (OpenID Connect Core, 5.7)."""

    identity_id = models.UUIDField(primary_key=True, default=new_guid, db_column="identityid")
    account = models.ForeignKey(
        SignInAccount, models.CASCADE, related_name="identities", db_column="accountid"
    )
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)  # the longest that the specification allows
    made_on = models.DateTimeField(db_column="madeon")

    class Meta:
        db_table = "identity"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return str(self.identity_id)
