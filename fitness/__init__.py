"""First floor: what a genome is worth. Data, evaluators, metrics and objectives."""
