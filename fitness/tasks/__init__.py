"""Tasks of every kind: what replaces the results of failed ones, and how they are stored."""
