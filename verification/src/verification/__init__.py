"""Independent verification: what four databases say of the same things, compared row by row.

It shares no code with what it verifies, neither a service's models and queries nor the backbone:
a mistake that both sides shared would be invisible. So it is plain SQL, and the only SQL of this
repository that names schemas: a service's own tables are in `public`, what it knows of the others
in `read_model`.
"""
