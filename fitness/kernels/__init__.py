"""Bit-parallel kernels. `numpy_packed` is the reference every faster kernel must equal bit for bit."""
