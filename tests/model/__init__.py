"""Random lives through the commands of all four services, and what must hold of them."""
