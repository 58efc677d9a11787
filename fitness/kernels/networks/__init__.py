"""Proposals of units for composed networks."""
