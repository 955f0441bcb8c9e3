"""digitize: from scanned petition sheets to a tally that can be trusted."""

__version__ = "0.2.0"
