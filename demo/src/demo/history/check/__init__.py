"""Expected figures and messages, counted from the rows, and published ones to compare with."""
