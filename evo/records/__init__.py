"""What the files of a run directory mean: the shape of every record in one place, and its checked reading.

A run directory may come from anywhere. Bytes become values in `parsing` (strict JSON), values become records where
their shape is written down: nothing else asks a stored value whether a key is there or a number in range.
"""
