"""The programme's rules: who may be a mentee, who is covered, who may work with whom."""
