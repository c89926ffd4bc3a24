"""What can be asked of matching. Each command loads, lets the domain decide, and announces."""
