"""A campaign: the store of its pages and decisions, how pages form sheets, and what was scanned or signed twice."""
