"""The sealed log: sealing it batch by batch, checking it, and removing old events."""
