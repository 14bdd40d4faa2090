"""Annotating: is this answer allowed by the codebook, and what becomes of one after a form is sent."""

from annotator.annotate.carry import carried, heirs, shares
from annotator.annotate.check import check
from annotator.annotate.difference import Altered, Difference, difference
from annotator.annotate.form import Form, apply
from annotator.annotate.merge import joined_claims, kept, read
from annotator.annotate.quotes import quote_open

__all__ = [
    "Altered",
    "Difference",
    "Form",
    "apply",
    "carried",
    "check",
    "difference",
    "heirs",
    "joined_claims",
    "kept",
    "quote_open",
    "read",
    "shares",
]
