"""Annotating: is this answer allowed by the codebook, and what becomes of one after a form is sent."""

from annotator.annotate.carry import carried
from annotator.annotate.check import check
from annotator.annotate.form import Form, apply
from annotator.annotate.quotes import quote_open

__all__ = ["Form", "apply", "carried", "check", "quote_open"]
