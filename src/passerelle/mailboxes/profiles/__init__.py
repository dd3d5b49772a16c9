"""What makes a profile more than its columns: names to sign in with, authorities, what is weak."""
