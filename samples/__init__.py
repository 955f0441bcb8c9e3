"""Forged petition sheets with exact truth, and the script that forges them."""
