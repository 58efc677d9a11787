"""From covers to confusion counts, wrong rows and semantic hashes, in packed NumPy and by compiled kernels."""
