"""Vectors in registers: intrinsics on words, planes of counters, and tallies over inputs."""
