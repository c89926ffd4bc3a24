"""The scenario that a newcomer sees, and the programme's history, both through the public APIs."""
