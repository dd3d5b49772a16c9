"""The named points between the durable steps of a migration; tests kill the process at each."""

DECIDED = "migration.decided"
STAGED_CHUNK = "migration.staged-chunk"
BEFORE_ACTIVATION = "migration.before-activation"
IN_ACTIVATION = "migration.in-activation"
AFTER_ACTIVATION = "migration.after-activation"
CLEANED = "migration.cleaned"

CRASH_POINTS = (
    DECIDED,
    STAGED_CHUNK,
    BEFORE_ACTIVATION,
    IN_ACTIVATION,
    AFTER_ACTIVATION,
    CLEANED,
)
