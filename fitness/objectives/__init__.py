"""What a search minimises: the error by a metric, and sizes."""
