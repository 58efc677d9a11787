"""The search: State -> ask -> work -> tell -> State, one generation after the other."""
