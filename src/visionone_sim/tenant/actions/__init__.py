"""The response actions: what each needs, what may go wrong, what it does when its task succeeds."""
