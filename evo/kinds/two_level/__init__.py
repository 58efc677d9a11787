"""Formulas: sums of products and products of sums, also those that vote."""
