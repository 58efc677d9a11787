"""What reports say of formulas."""
