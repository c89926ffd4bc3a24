"""The rows: each compares a candidate with a baseline."""
