"""What people ask the city: a question, its clock, its answer."""
