"""What citizens do together: support, follow, comment, verify; and what the city announces."""
