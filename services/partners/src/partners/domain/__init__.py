"""The rules of partnership: organisations, conventions, patronage, events, the board, leads."""
