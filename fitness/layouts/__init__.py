"""Training samples as compiled kernels read them: one cover's binary problem, all classes of a vote, and what is kept of both."""
