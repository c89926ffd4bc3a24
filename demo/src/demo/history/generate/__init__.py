"""A deterministic generator of the history: rows from seeded random streams, and CSV files.

All numbers are integers, so that no machine rounds differently; nothing depends on the clock or on
the order of a set.
"""
