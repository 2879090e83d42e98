"""What an action needs before it may run: who has to approve it, what exactly, and until when."""
