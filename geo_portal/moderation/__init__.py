"""What people object to, and what moderators do about it."""
