"""Before anything else: streams that are safe to write, and packages that are ours."""
