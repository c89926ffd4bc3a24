"""Rules on who is contacted and when, and the tables they change. No I/O here."""
