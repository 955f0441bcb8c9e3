"""Make lines of synthetic handwriting and train the recogniser with them (for maintainers)."""
