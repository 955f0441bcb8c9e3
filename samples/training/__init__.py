"""Makes lines of handwriting and trains the recogniser on them (for maintainers)."""
