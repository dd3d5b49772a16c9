"""The named points between the durable steps of a bulk action; tests kill the process at each."""

IN_CHUNK = "bulk.in-chunk"
AFTER_CHUNK = "bulk.after-chunk"
FINISHED = "bulk.finished"

CRASH_POINTS = (IN_CHUNK, AFTER_CHUNK, FINISHED)
