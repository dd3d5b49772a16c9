"""Moments in French: on every page as French ones write them; as words in letters."""

DATETIME_FORMAT = "j N Y à H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
SHORT_DATE_FORMAT = "d/m/Y"
TIME_FORMAT = "H:i"
