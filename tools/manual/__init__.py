"""The site of docs/: what stands where, how a page is read, and how it looks."""
