"""A city's complaints: from a pin on the map and a few words to the department that mends it."""
