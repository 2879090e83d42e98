"""Turns a fetched alert into an incident: classify, map, deduplicate; pure."""
