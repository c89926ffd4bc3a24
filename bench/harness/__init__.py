"""Measuring a row, and what rows need: servers, clients, the table, its verdicts."""
