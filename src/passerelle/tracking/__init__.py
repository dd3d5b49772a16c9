"""Pure rules: wanted or not, belonging to what, meaning whom."""
