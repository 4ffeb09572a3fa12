"""A sentence model small enough to lie beside the tests, and what makes it."""
