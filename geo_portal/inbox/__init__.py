"""What an officer works from: queues, saved views and ready-made sentences."""
