"""The solver of rounds: optimal pairs of waiting mentees and free mentors, proved and explained."""
