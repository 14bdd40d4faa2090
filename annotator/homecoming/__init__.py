"""Coming home: what left Qawl, read again as it was."""
