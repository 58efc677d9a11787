"""Models as they are stored, one file per kind of genome."""
