"""The story a newcomer sees, told through the public APIs as users would."""
