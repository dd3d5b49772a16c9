"""How commands speak with whoever called them: questions, output, files, exit status."""
