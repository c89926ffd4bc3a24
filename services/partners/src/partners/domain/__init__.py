"""The rules of partnership: who is registered, who belongs to whom, what is signed and covers."""
