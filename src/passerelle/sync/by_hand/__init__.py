"""What a person says against the rules: track this ignored message; untrack this email."""
