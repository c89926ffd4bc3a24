"""Rounds: who is proposed to whom, decided as well as can be, with the proof and the reasons."""
