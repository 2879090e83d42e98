"""Driving a work plan: what the machine asks for is performed, and what came of it is committed, then told to it."""
