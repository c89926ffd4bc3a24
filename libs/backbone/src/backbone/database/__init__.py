"""PostgreSQL: tables, sessions, bulk statements, migrations, and notifications."""
