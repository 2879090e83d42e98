"""Mirroring: keeps an incident and its record in another system the same, in rounds, one instance after the other."""
