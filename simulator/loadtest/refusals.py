"""What says that a run cannot be."""


class RunRefused(ValueError):  # noqa: N818 - a refusal, as elsewhere
    """The message is one line that says what to mend."""
