"""How administrators steer routing: classifiers that learn, and rules tried before they hold."""
