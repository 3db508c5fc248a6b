"""What the service does: every query and every transaction."""
