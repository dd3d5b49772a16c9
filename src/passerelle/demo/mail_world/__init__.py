"""The mail servers of the demonstration, over Maildirs of its own."""
