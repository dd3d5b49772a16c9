"""To which stored email a message belongs: the signs of it, and what speaks against them."""
