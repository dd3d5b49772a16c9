"""Many people invited at once: chosen and previewed, then sent as work of the engine."""
