"""Teams: users under one name, as Dataverse has them. They have no mailbox of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from passerelle.crm.models.people import SystemUser
from passerelle.guids import new_guid


class Team(models.Model):
    """A group of users to which records of the original may belong."""

    team_id = models.UUIDField(primary_key=True, default=new_guid, db_column="teamid")
    name = models.CharField(_("name"), max_length=160)
    description = models.CharField(_("description"), max_length=2000, blank=True)
    email_address = models.EmailField(
        _("email address"), max_length=100, blank=True, db_column="emailaddress"
    )
    administrator = models.ForeignKey(
        SystemUser,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("administrator"),
        db_column="administratorid",
        related_name="administered_teams",
    )
    created_on = models.DateTimeField(auto_now_add=True, db_column="createdon")
    members = models.ManyToManyField(SystemUser, through="TeamMembership", related_name="teams")

    class Meta:
        db_table = "team"
        ordering = ["name", "team_id"]
        indexes = [  # the list, and an import that names an owner
            models.Index(fields=["name", "team_id"], name="team_by_name")
        ]

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    """A user who belongs to a team."""

    team_membership_id = models.UUIDField(
        primary_key=True, default=new_guid, db_column="teammembershipid"
    )
    team = models.ForeignKey(Team, models.CASCADE, db_index=False, db_column="teamid")
    systemuser = models.ForeignKey(SystemUser, models.CASCADE, db_column="systemuserid")

    class Meta:
        db_table = "teammembership"
        constraints = [
            models.UniqueConstraint(fields=["team", "systemuser"], name="teammembership_once")
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.systemuser_id}"
