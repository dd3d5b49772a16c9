"""The named points between the durable steps of an import; tests kill the process at each."""

IN_BATCH = "import.in-batch"
AFTER_BATCH = "import.after-batch"
BEFORE_END = "import.before-end"
AFTER_END = "import.after-end"

CRASH_POINTS = (IN_BATCH, AFTER_BATCH, BEFORE_END, AFTER_END)
