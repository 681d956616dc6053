"""Faults that cannot be had: one line that names the field, the rule and the nearest valid choice."""


class FaultRefused(ValueError):  # noqa: N818 - what the fault is
    """The fault does not stand up, or the book cannot take it."""


class FaultTaken(FaultRefused):
    """There is a fault of that name already."""


class FaultUnknown(FaultRefused):
    """There is no fault of that name."""
