"""What the use cases need of the world; adapters and public fakes implement these."""
