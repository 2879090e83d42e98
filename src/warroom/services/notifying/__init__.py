"""Notifications: tells people what waits for them, and what is wrong."""
