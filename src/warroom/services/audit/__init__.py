"""What was done, by whom and on what, and what of it is still in force."""
