"""What a run keeps on disk: its directory, atomic files, journals, checkpoints, quarantined tasks."""
