"""Texts of our own and the ways to print them, for the tests of formats."""
