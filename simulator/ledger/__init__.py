"""The functional core: what a sale is, what may happen to it, and what it does to stock."""
