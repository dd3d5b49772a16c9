"""The named points between the durable steps of the cycles; tests kill the process at each."""

INCOMING = (
    "incoming.reading-known",
    "incoming.listed",
    "incoming.before-commit",
    "incoming.in-transaction",
    "incoming.parents-joined",
    "incoming.after-commit",
    "incoming.finished",
)
FOLDERS = (
    "folder.kept",
    "folder.known",
    "folder.listed",
    "folder.finished",
)
TAKES = (
    "take.tried",
    "take.read",
    "take.recorded",
)
TOUCHES = (
    "touch.before",
    "touch.after",
    "touch.forgotten",
)
MOVES_BY_COPY = (  # only where the server lacks MOVE
    "move.begun",
    "move.copied",
    "move.noted",
)
OUTGOING_BEFORE_MARK = (
    "outgoing.taken",
    "outgoing.before-mark",
)
OUTGOING_AFTER_MARK = (
    "outgoing.marked",
    "outgoing.answered",
)
OUTGOING = (*OUTGOING_BEFORE_MARK, *OUTGOING_AFTER_MARK, "outgoing.recorded")
COPIES = (
    "copy.before",
    "copy.appended",
    "copy.recorded",
)

BOUNCES = ("bounces.noted",)
RECORDS = ("incoming.records-made",)  # only where some are made for unknown senders

MERGE_IN_CHUNK = "merge.in-chunk"
MERGE_AFTER_CHUNK = "merge.after-chunk"
MERGE_FINISHED = "merge.finished"
MERGES = (MERGE_IN_CHUNK, MERGE_AFTER_CHUNK, MERGE_FINISHED)

CRASH_POINTS = (
    *INCOMING,
    *FOLDERS,
    *BOUNCES,
    *RECORDS,
    *TAKES,
    *TOUCHES,
    *MOVES_BY_COPY,
    *OUTGOING,
    *COPIES,
    *MERGES,
)
