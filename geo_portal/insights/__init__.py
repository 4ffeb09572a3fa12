"""What many complaints together show: maps, heat maps and figures."""
