"""Kernels on classes that vote with the terms they have: evaluation, search for votes, descent of terms."""
