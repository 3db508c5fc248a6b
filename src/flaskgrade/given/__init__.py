"""What candidates were given, and what of a submission is therefore theirs."""
