"""The programme's history from 2006 to 2015, generated as CSV files: the same on every machine.

Everything is drawn from seeded generators by integers alone, so that no machine rounds otherwise;
nothing asks the clock, and nothing depends on the order of a set. What was chosen, and from what,
stands in docs/history.md; the numbers that must come out stand in `plan`.
"""
