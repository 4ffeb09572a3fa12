"""Which department, and why."""
