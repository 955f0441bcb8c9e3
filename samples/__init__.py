"""Synthetic petition sheets with exact truth, and the script that makes them."""
