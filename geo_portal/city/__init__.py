"""The city's own facts: its areas, departments, categories, rules, articles and calendar."""
