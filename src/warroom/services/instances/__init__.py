"""Integration instances: set up, and what each makes the runtime do again and again."""
