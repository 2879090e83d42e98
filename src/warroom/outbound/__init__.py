"""Asks what others offer on the network: time stamps; sends messages to people."""
