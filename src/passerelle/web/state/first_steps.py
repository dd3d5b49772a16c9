"""How far an installation is from its first mail, for whoever sets it up."""

from dataclasses import dataclass

from passerelle.crm.models import SignInAccount
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.web.state.attention import Flow


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What is done of the four steps, in their order."""

    knows_servers: bool
    has_mailboxes: bool
    has_enabled: bool
    is_switched: bool

    @property
    def all_done(self) -> bool:
        """Mail flows; nobody needs to be led any more."""
        return self.has_enabled and self.is_switched


def first_steps_of(account: SignInAccount, flow: Flow, *, is_switched: bool) -> FirstSteps | None:
    """The steps for administrators, until mail flows; None for everybody else."""
    if not account.is_administrator:
        return None
    steps = FirstSteps(
        knows_servers=EmailServerProfile.objects.exists(),
        has_mailboxes=flow.mailboxes > 0,
        has_enabled=flow.enabled > 0,
        is_switched=is_switched,
    )
    return None if steps.all_done else steps
