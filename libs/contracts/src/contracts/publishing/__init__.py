"""The generated documents of the messages, and the check that they stay compatible."""
