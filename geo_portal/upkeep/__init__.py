"""What administrators change by hand: articles, today's calendar, and who works here."""
