"""Rows that are pictures: where each input bit lies, augmented copies of training rows, and what patterns may be."""
