"""What a report says in numbers: pure functions of models and packed rows, gathered in one frozen value."""
