"""A complaint's life, from the pin to the fix."""
