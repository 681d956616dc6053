"""The Trace façade: retail sales as Green Check Trace records them. Facts: docs/fidelity.md."""
