"""Proposals: pure operators that grow units and networks over a pool of signals, each with its source."""
