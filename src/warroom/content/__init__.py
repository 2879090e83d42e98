"""Turns the files of a pack (folder, zip or unified yml) into typed items, and says file and line when it cannot."""
