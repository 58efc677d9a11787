"""Generated Boolean functions: what they are, which of their rows are drawn, and noise on the labels."""
