"""Training samples as compiled kernels read them: the binary problem of one cover, and all classes of a vote."""
