"""The organization's rules of tracking, as they are stored."""
