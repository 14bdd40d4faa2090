"""What can go wrong before there is anything to run."""


class SetupFailed(Exception):
    """Setting up cannot go on; the text says what to do."""
