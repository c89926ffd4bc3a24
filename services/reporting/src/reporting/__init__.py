"""What the programme has done, as of any date, and what happens as it happens."""
