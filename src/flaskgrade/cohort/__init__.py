"""Many reports: side by side."""
