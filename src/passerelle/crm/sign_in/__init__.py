"""Who may open the pages, and how: accounts, one-time links, bad passwords."""
