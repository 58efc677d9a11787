"""Local steps on covers that a search has bred: exact-gradient descent, and keys of what it need not repeat."""
