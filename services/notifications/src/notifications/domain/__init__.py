"""When someone is written to, and when they are left in peace. No I/O here."""
