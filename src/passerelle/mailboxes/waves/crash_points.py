"""The named points between the durable steps of waves; tests kill the process at each."""

SETTLED = "waves.settled"
IN_WAVE = "waves.in-wave"
AFTER_WAVE = "waves.after-wave"
FINISHED = "waves.finished"

CRASH_POINTS = (SETTLED, IN_WAVE, AFTER_WAVE, FINISHED)
