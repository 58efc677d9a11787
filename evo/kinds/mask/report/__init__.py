"""What reports say of masks."""
