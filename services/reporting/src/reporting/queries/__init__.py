"""Figures by SQL over the facts, and what happens as it happens."""
