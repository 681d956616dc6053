"""The audit: whether the ledger is in balance with itself, lot by lot and receipt by receipt, however many there are."""
