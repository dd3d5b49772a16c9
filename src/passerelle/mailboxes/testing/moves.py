"""Whether the server moves messages, and how, where the profile wants some moved. Moves none."""

from passerelle.faults.mail.protocols import RemovalImpossible
from passerelle.mailboxes.models import EmailServerProfile
from passerelle.mailboxes.models.choices import Direction
from passerelle.mailboxes.testing.steps import Steps
from passerelle.protocols.interfaces import MailMover, MailSource, Moves

MOVES = "moves"


def tell_moves(steps: Steps, profile: EmailServerProfile | None, source: MailSource) -> None:
    """Write the step; a server that moves nothing is a warning, as mail is read all the same.

    `source` has signed in: before that, servers hide what they can do.
    """
    if profile is None or not (profile.tracked_folder or profile.move_undelivered):
        return
    if not isinstance(source, MailMover):  # POP3 has no folders
        return
    steps.begin(Direction.INCOMING, MOVES)
    if source.moves is Moves.NEVER:
        host = profile.incoming_location
        steps.warned(RemovalImpossible(host=host, lacks=Moves.NEVER.lacks))
    else:
        steps.passed(source.moves.value)
