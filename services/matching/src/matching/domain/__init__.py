"""The programme's rules: eligibility, coverage, pairings and what follows from them."""
