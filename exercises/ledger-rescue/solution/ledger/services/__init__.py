"""What the ledger does, without HTTP."""
