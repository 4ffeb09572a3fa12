"""How the invented island Pulau Contoh is drawn."""
