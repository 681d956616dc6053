"""A stateful in-memory fake of two cannabis sales-compliance APIs, T3 and Green Check Trace."""

__version__ = "0.1.0"
