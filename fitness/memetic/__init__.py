"""Rounds of the memetic algorithm: for one cover at a time, and for all classes of a vote together."""
