"""What load scenarios are made of, but for Locust itself: options, thresholds, proofs, the verdict and its report.

The scenarios are in the folder `loadtests`. Nothing here imports Locust, which changes the process it is imported into.
"""
