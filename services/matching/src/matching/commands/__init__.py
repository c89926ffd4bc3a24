"""The commands of matching: each loads rows, calls the domain and emits its events."""
