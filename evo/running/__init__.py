"""Starting, resuming and ending runs: the one place where a search meets files, signals and a screen."""
