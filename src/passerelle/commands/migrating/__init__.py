"""`passerelle migrate-router` and `undo-migration`: the wizard's steps, on a console."""
