"""Packs of content: which are installed, made into a zip, checked."""
