"""Many complaints at once: taking in a city's past, and handing it out again."""
