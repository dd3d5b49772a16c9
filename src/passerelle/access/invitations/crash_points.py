"""The named points between the durable steps of an invitation; tests kill the process at each."""

CLAIMED = "invitation.claimed"  # the link and the mark are committed, nothing was given away
HANDED_OVER = "invitation.handed-over"  # the relay has the mail, nothing says so yet
TOLD = "invitation.told"

CRASH_POINTS = (CLAIMED, HANDED_OVER, TOLD)
