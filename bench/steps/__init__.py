"""What the benches run in a process of their own."""
