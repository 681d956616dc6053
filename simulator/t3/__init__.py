"""The T3 façade: sales receipts and packages as `api.trackandtrace.tools` serves them. Facts: docs/fidelity.md."""
