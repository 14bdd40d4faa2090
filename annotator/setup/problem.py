"""What can go wrong before there is anything to run."""


class SetupFailed(Exception):
    """Setting up cannot go on; the text says what to do."""


NO_INDEX = (
    "The package index could not be reached. Qawl needs the network once, to install; "
    "connect (or set pip's index and proxy), then run the same command again."
)
