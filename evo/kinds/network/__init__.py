"""Composed networks as a kind of genome, on the top floor."""
