"""Kernels of exact gradients: of one cover, of all outputs, of votes, and what follows from them."""
