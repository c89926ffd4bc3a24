"""The embedded stack: every server Envol needs, on one machine, started and stopped as one."""
