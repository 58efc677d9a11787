"""Fuzzers: what evo does with configs, data files and run directories that somebody broke or forged."""
