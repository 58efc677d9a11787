"""Results of small runs, kept as files: a change of any of them is a change of what users get."""
