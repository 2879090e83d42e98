"""Mirroring: an incident and its record in another system stay the same, in rounds, one instance after the other."""
