"""A deterministic generator of the history: rows from seeded random streams, and CSV files."""
