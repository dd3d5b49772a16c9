"""Moments as French pages write them, short enough for a list."""

DATETIME_FORMAT = "j N Y à H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
