"""Variation operators on covers: pure functions of (rng, cover, space, samples), one kind per file."""
