"""The programme's history from 2006 to 2015, as CSV files that are the same on every machine.

`generate` draws the rows from seeded random streams, `check` counts the expected figures from the
rows, `load` sends the files and corrections to the services. docs/history.md says what was chosen,
and from what; `generate.plan` has the numbers that must result.
"""
