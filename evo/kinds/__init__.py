"""What differs between kinds of genomes, and the registry that finds a kind."""
