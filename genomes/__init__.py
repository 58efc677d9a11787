"""Ground floor: what is evolved. SOP/POS covers and their variation operators, on NumPy alone."""
