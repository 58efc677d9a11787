"""Operators of a search for networks: each makes one network of parents, by proposals over a pool of signals."""
