"""What people and logs do not see: secrets masked, passwords kept for responders, values shortened."""
