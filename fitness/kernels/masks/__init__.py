"""Kernels on masks of networks: moves, losses, thresholds, groups of n of m, subset sums."""
