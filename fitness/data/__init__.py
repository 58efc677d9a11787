"""From a file, a bundled set or a generator to packed splits: read -> split -> fit binarizer -> pack."""
