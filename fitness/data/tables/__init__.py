"""Tables as people have them: read by DuckDB or taken from frames, and the kind of every column with its reason."""
