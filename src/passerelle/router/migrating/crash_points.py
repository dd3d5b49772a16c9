"""The named points between the durable steps of a migration; tests kill the process at each."""

DECIDED = "migration.decided"
STAGED_CHUNK = "migration.staged-chunk"
BEFORE_ACTIVATION = "migration.before-activation"
IN_ACTIVATION = "migration.in-activation"
AFTER_ACTIVATION = "migration.after-activation"
CLEANED = "migration.cleaned"
MARKED_CHUNK = "undo.marked-chunk"
BEFORE_UNDOING = "undo.before-undoing"
IN_UNDOING = "undo.in-undoing"
AFTER_UNDOING = "undo.after-undoing"
UNDO_CLEANED = "undo.cleaned"

CRASH_POINTS = (
    DECIDED,
    STAGED_CHUNK,
    BEFORE_ACTIVATION,
    IN_ACTIVATION,
    AFTER_ACTIVATION,
    CLEANED,
)

UNDO_CRASH_POINTS = (
    MARKED_CHUNK,
    BEFORE_UNDOING,
    IN_UNDOING,
    AFTER_UNDOING,
    UNDO_CLEANED,
)
