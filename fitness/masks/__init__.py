"""What a pruning mask is worth, and the local steps that improve one: networks with fixed weights, losses, plug-ins."""
