"""Random networks and their variation: pure functions of a stream and the parents."""
