"""Decides what a work plan does next: event in, commands out; pure."""
