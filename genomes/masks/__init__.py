"""Pruning masks: which connections of a network with fixed weights are kept, and how such masks vary (NumPy only)."""
