"""Incidents and their War Room: what a person does with them."""
