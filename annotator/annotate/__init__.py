"""Annotating: is this answer allowed by the codebook, and what becomes of one after a form is sent."""

from annotator.annotate.carry import carried
from annotator.annotate.check import check
from annotator.annotate.form import Form, apply
from annotator.annotate.merge import joined_claims, kept, read
from annotator.annotate.quotes import quote_open

__all__ = ["Form", "apply", "carried", "check", "joined_claims", "kept", "quote_open", "read"]
