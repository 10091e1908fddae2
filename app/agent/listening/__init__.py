"""What a customer wants, from their messages: wishes with the slots known so far, and the events that they mean."""
