"""Figures of the programme as of any date, targets, and a live stream of its events."""
