"""Models and numbers in a reader's words; pure functions to text."""
