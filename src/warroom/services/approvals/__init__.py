"""What an action needs before it may run: who has to say yes, to what exactly, and until when."""
