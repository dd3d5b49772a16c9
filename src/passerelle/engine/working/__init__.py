"""A worker process: its threads, its heartbeat, and one run after another."""
