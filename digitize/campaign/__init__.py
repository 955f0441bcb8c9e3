"""A campaign: its stored pages and decisions, how pages form sheets, what was scanned or signed twice."""
