"""The organization, its users and queues, and the accounts by which people sign in to the pages.

A sign-in account is not a systemuser: an administrator may have no mailbox, and a user of the CRM
may never open a page. One account is linked to at most one user.
"""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from passerelle.constraints import CheckConstraint
from passerelle.crm.models.mail_addresses import AddressField
from passerelle.guids import new_guid


class FilteringMethod(models.IntegerChoices):
    """Which incoming mail is tracked (`incomingemailfilteringmethod`)."""

    ALL = 0, _("All email messages")
    REPLIES = 1, _("Email messages in response to tracked email")
    CUSTOMERS = 2, _("Email messages from leads, contacts and accounts")
    RECORDS = 3, _("Email messages from any record that has an address")
    NONE = 4, _("No email messages")


class CreateAutomatically(models.IntegerChoices):
    """What is made for unknown senders of tracked mail (`autocreatecontactonpromote`)."""

    AS_ORGANIZATION = -1, _("As the organization says")
    NOTHING = 0, _("Nothing")
    CONTACT = 1, pgettext_lazy("made", "A contact")
    LEAD = 2, pgettext_lazy("made", "A lead")


class State(models.IntegerChoices):
    """`statecode` of most records."""

    ACTIVE = 0, _("Active")
    INACTIVE = 1, _("Inactive")


class SharedLevel(models.IntegerChoices):
    """How much of an email others see, beside those whose it is; each has what is below it."""

    NONE = 0, pgettext_lazy("shared", "Nothing")
    METADATA = 1, _("Who and when")
    SUBJECT = 2, _("Who, when and subject")
    ALL = 3, pgettext_lazy("shared", "Everything")


class Organization(models.Model):
    """The one organization of this database.

    Who it is, and what others may see of email with customers; other settings are in `mailboxes`.
    """

    organization_id = models.UUIDField(
        primary_key=True, default=new_guid, editable=False, db_column="organizationid"
    )
    name = models.CharField(max_length=160)
    shared_level = models.SmallIntegerField(
        _("others see"),
        choices=SharedLevel,
        default=SharedLevel.NONE,
        db_default=SharedLevel.NONE,
        db_column="sharedlevel",
    )
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        db_table = "organization"
        constraints = [
            CheckConstraint(condition=Q(only=True), name="organization_one"),
            CheckConstraint(
                condition=Q(shared_level__in=SharedLevel.values), name="organization_shared"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SystemUser(models.Model):
    """A person of the company whose mail may be tracked."""

    systemuser_id = models.UUIDField(primary_key=True, default=new_guid, db_column="systemuserid")
    fullname = models.CharField(_("name"), max_length=200)
    internal_email_address = AddressField(
        _("email address"), max_length=100, blank=True, db_column="internalemailaddress"
    )
    is_disabled = models.BooleanField(_("disabled"), default=False, db_column="isdisabled")
    incoming_email_filtering_method = models.SmallIntegerField(
        _("track"),
        choices=FilteringMethod,
        default=FilteringMethod.REPLIES,
        db_column="incomingemailfilteringmethod",
    )
    create_automatically = models.SmallIntegerField(
        _("create for unknown senders"),
        choices=CreateAutomatically,
        default=CreateAutomatically.AS_ORGANIZATION,
        db_default=CreateAutomatically.AS_ORGANIZATION,
        db_column="autocreatecontactonpromote",
    )
    tracking_number = models.PositiveIntegerField(unique=True, db_column="trackingtokenid")
    tracking_counter = models.PositiveIntegerField(default=0, db_column="trackingtokencounter")
    allows_on_behalf = models.BooleanField(
        _("others may send on my behalf"), default=False, db_column="issendasallowed"
    )
    default_signature = models.ForeignKey(
        "crm.EmailSignature",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("signature"),
        db_column="defaultsignatureid",
        related_name="+",
    )
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    # What an administrator says; None: as the organization. Beside it the user's own word, which
    # only makes it stricter.
    shared_level = models.SmallIntegerField(
        _("others see"), choices=SharedLevel, null=True, blank=True, db_column="sharedlevel"
    )
    own_shared_level = models.SmallIntegerField(
        _("others see at most"),
        choices=SharedLevel,
        null=True,
        blank=True,
        db_column="ownsharedlevel",
    )

    class Meta:
        db_table = "systemuser"
        ordering = ["fullname", "systemuser_id"]
        indexes = [  # the list, and an import that names the owner of a record
            models.Index(fields=["fullname", "systemuser_id"], name="systemuser_by_name"),
            # whether two users, or a user and an account, have one address: asked of thousands
            models.Index(Lower("internal_email_address"), name="systemuser_by_address"),
            models.Index(  # whether anybody shares where the organization does not
                fields=["shared_level"],
                name="systemuser_shares",
                condition=Q(shared_level__gt=SharedLevel.NONE),
            ),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(incoming_email_filtering_method__in=FilteringMethod.values),
                name="systemuser_filter_known",
            ),
            CheckConstraint(
                condition=Q(create_automatically__in=CreateAutomatically.values),
                name="systemuser_creates_known",
            ),
            CheckConstraint(
                condition=Q(shared_level__in=SharedLevel.values), name="systemuser_shared"
            ),
            CheckConstraint(
                condition=Q(own_shared_level__in=SharedLevel.values), name="systemuser_own_shared"
            ),
        ]

    def __str__(self) -> str:
        return self.fullname


class Queue(models.Model):
    """A shared place of work with an address of its own."""

    queue_id = models.UUIDField(primary_key=True, default=new_guid, db_column="queueid")
    name = models.CharField(_("name"), max_length=200)
    email_address = AddressField(
        _("email address"), max_length=100, blank=True, db_column="emailaddress"
    )
    incoming_email_filtering_method = models.SmallIntegerField(
        _("track"),
        choices=FilteringMethod,
        default=FilteringMethod.ALL,
        db_column="incomingemailfilteringmethod",
    )
    create_automatically = models.SmallIntegerField(
        _("create for unknown senders"),
        choices=CreateAutomatically,
        default=CreateAutomatically.AS_ORGANIZATION,
        db_default=CreateAutomatically.AS_ORGANIZATION,
        db_column="autocreatecontactonpromote",
    )
    owner = models.ForeignKey(
        SystemUser,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        db_column="ownerid",
        related_name="owned_queues",
    )
    tracking_number = models.PositiveIntegerField(unique=True, db_column="trackingtokenid")
    tracking_counter = models.PositiveIntegerField(default=0, db_column="trackingtokencounter")
    statecode = models.SmallIntegerField(choices=State, default=State.ACTIVE)
    default_signature = models.ForeignKey(
        "crm.EmailSignature",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("signature"),
        db_column="defaultsignatureid",
        related_name="+",
    )
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    shared_level = models.SmallIntegerField(  # None: as the organization
        _("others see"), choices=SharedLevel, null=True, blank=True, db_column="sharedlevel"
    )
    members = models.ManyToManyField(SystemUser, through="QueueMembership", related_name="queues")

    class Meta:
        db_table = "queue"
        ordering = ["name", "queue_id"]
        constraints = [
            CheckConstraint(
                condition=Q(incoming_email_filtering_method__in=FilteringMethod.values),
                name="queue_filter_known",
            ),
            CheckConstraint(
                condition=Q(create_automatically__in=CreateAutomatically.values),
                name="queue_creates_known",
            ),
            CheckConstraint(condition=Q(statecode__in=State.values), name="queue_state"),
            CheckConstraint(condition=Q(shared_level__in=SharedLevel.values), name="queue_shared"),
        ]

    def __str__(self) -> str:
        return self.name


class QueueMembership(models.Model):
    """A user who works in a queue and sees its emails."""

    queue_membership_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="queuemembershipid"
    )
    queue = models.ForeignKey(Queue, models.CASCADE, db_index=False, db_column="queueid")
    systemuser = models.ForeignKey(SystemUser, models.CASCADE, db_column="systemuserid")

    class Meta:
        db_table = "queuemembership"
        constraints = [
            models.UniqueConstraint(fields=["queue", "systemuser"], name="queuemembership_once")
        ]

    def __str__(self) -> str:
        return f"{self.queue_id} {self.systemuser_id}"


class Role(models.TextChoices):
    """What a signed-in person may do."""

    ADMINISTRATOR = "administrator", _("Administrator")
    OPERATOR = "operator", _("Mailbox operator")
    USER = "user", _("User")


class Look(models.TextChoices):
    """In which colours a person reads the pages."""

    SYSTEM = "", pgettext_lazy("look", "System")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class SignInAccounts(BaseUserManager["SignInAccount"]):
    """Makes accounts; django-axes and the sign-in form look them up by `username`."""

    def create_user(self, username: str, password: str | None, *, role: Role) -> "SignInAccount":
        account = SignInAccount(username=username, role=role)
        account.set_password(password)
        account.save(using=self._db)
        return account


class SignInAccount(AbstractBaseUser):
    """How a person signs in to the pages."""

    account_id = models.UUIDField(primary_key=True, default=new_guid, db_column="accountid")
    username = models.CharField(_("user name"), max_length=150, unique=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.USER)
    language = models.CharField(_("language"), max_length=5, blank=True)
    look = models.CharField(_("look"), max_length=5, choices=Look, default=Look.SYSTEM, blank=True)
    # Keys without Ctrl or Alt can be switched off (WCAG 2.2, 2.1.4).
    key_shortcuts = models.BooleanField(
        _("shortcuts of one key"), default=True, db_column="keyshortcuts"
    )
    is_active = models.BooleanField(_("active"), default=True)
    systemuser = models.OneToOneField(
        SystemUser,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("user"),
        related_name="sign_in_account",
        db_column="systemuserid",
    )
    may_send_as = models.BooleanField(
        _("may send email as another user who allows it"), default=False, db_column="prvsendasuser"
    )
    may_read_all = models.BooleanField(
        _("sees the headers of all email, and reads a text after giving a reason"),
        default=False,
        db_default=False,
        db_column="prvreademail",
    )
    objects = SignInAccounts()

    USERNAME_FIELD = "username"

    class Meta:
        db_table = "signinaccount"
        ordering = ["username"]
        indexes = [models.Index(Lower("username"), name="signinaccount_by_name")]
        constraints = [
            CheckConstraint(condition=Q(role__in=Role.values), name="signinaccount_role"),
            CheckConstraint(condition=Q(look__in=Look.values), name="signinaccount_look"),
        ]

    def __str__(self) -> str:
        return self.username

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session was begun with; a changed password or role ends it."""
        salt = "passerelle.crm.models.SignInAccount.session"
        text = f"{self.role}:{self.password}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def sees_all_email(self) -> bool:
        """Whether the account sees the headers of everybody's email."""
        return self.is_administrator or self.may_read_all

    @property
    def operates_mailboxes(self) -> bool:
        """Whether the account may approve and test mailboxes and sees alerts."""
        return self.role in {Role.ADMINISTRATOR, Role.OPERATOR}


class SignInLink(models.Model):
    """A link that signs one account in, once. Only a digest of its token is stored."""

    link_id = models.UUIDField(primary_key=True, default=new_guid, db_column="linkid")
    account = models.ForeignKey(SignInAccount, models.CASCADE, db_column="accountid")
    token_digest = models.CharField(max_length=64, unique=True, db_column="tokendigest")
    expires_on = models.DateTimeField(db_column="expireson")
    used_on = models.DateTimeField(null=True, db_column="usedon")

    class Meta:
        db_table = "signinlink"

    def __str__(self) -> str:
        return str(self.link_id)
