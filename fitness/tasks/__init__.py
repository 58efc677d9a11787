"""What tasks of every kind have in common: how they fail, are stored, and are drawn; work that outlives a bad one."""
