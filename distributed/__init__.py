"""Second floor: where work runs. One Backend protocol; today work runs in this process."""
