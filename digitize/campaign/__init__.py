"""Everything about all pages of a petition together: decisions, duplicates, sheets, and the store."""
