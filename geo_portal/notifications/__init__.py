"""Who hears of what happens to a report, and in which words."""
