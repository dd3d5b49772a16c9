"""Users and queues, made and changed."""
