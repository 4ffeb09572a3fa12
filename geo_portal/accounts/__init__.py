"""Who people are: citizens and staff, how they sign in, and what each of them may do."""
