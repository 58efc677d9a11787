"""Composed networks: signals over rows, proposals of units, exact gradients through depth, evaluation."""
