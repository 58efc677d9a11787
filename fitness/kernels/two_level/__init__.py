"""Kernels on covers of terms: evaluation, beams of terms, set cover and descent by exact gradients."""
