"""A random walk of user actions against a plain model of what must be stored after each of them."""
