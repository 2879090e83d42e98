"""The sealed log: closing it batch by batch, checking it, and letting go of what is old."""
