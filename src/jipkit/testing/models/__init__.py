"""How platforms take commands: models of their merge semantics that share no code with what makes the commands."""
