"""Reports that arrive as messages: by e-mail, text message or chat."""
