"""Tables over few columns that vote for classes: what rows still ask for, which columns to read, what to answer."""
