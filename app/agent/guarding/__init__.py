"""What holds for any model: it does only what was asked for, and claims only what is so."""
