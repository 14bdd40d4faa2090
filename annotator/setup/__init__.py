"""Set-up: the environment, its packages and a browser for the tests. Standard library only."""
