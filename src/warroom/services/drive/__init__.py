"""Driving a work plan: the machine's commands are performed, their results are committed, then fed back to it."""
