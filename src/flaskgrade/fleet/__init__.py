"""Many submissions: what to grade, how many at once, and a ledger of what is done."""
