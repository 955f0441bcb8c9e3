"""Printed forms: their definitions, and which one a page has."""
