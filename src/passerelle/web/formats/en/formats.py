"""Moments as an administrator reads them in a list: the year first, twenty-four hours."""

DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
