"""Every door that bytes from outside come in by, and inputs made to break it."""
