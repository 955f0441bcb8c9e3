"""digitize: from scanned petition sheets to a tally that can be trusted."""

__version__ = "0.1.0"
