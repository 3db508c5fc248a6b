"""What the application does: every query and every transaction."""
