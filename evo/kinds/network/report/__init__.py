"""What reports say of composed networks."""
