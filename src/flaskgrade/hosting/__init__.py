"""Hosts of repositories: what is said to people there."""
