"""Circuits: graphs of gates, and the one builder that makes them."""
