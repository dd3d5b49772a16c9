"""Commands that keep an installation well: looked at, copied, upgraded, repaired."""
