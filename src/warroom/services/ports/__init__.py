"""What the use cases need from outside; adapters and public fakes implement these."""
