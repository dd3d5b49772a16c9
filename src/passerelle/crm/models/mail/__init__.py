"""Emails as rows: what they say, their bytes, their thread, who reads them."""
