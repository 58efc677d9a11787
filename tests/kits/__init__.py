"""Conformance suites that every genome and every backend must pass, and the plain-Python oracle behind them."""
