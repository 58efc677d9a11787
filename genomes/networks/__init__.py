"""Composed Boolean networks: units over inputs and earlier units, and a head."""
