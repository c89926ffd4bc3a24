"""Rounds: optimal pairs of waiting mentees and free mentors, with the proof and explanations."""
