"""The newcomer's story: its data, steps, expected figures and printed output."""
