"""Graphs of gates on packed samples."""
