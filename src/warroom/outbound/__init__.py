"""Talks to services on the network: requests time stamps, and sends messages to people."""
