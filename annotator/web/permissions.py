"""Who may do what: one row for every address, and nobody comes past it."""

from __future__ import annotations

from enum import StrEnum

from annotator.model import Forbidden, Person


class Who(StrEnum):
    ANYONE = "anyone"
    PERSON = "person"  # whoever is signed in; which documents and answers, the project decides
    LEAD = "lead"
    TOKEN = "token"  # a program with a person's token; what it may read, the person decides


WHO: dict[str, Who] = {
    "static": Who.ANYONE,
    "healthz": Who.ANYONE,
    "languages.choose": Who.ANYONE,
    "sessions.account": Who.PERSON,
    "sessions.change_password": Who.PERSON,
    "sessions.sign_out_everywhere": Who.PERSON,
    "sessions.sign_in": Who.ANYONE,
    "sessions.start": Who.ANYONE,
    "sessions.sign_out": Who.ANYONE,
    "documents.index": Who.PERSON,
    "documents.open_demo": Who.LEAD,
    "documents.raw": Who.LEAD,
    "documents.resume": Who.PERSON,
    "annotate.again": Who.PERSON,
    "annotate.chunk": Who.PERSON,
    "annotate.compare": Who.PERSON,
    "annotate.document": Who.PERSON,
    "annotate.mine": Who.PERSON,
    "annotate.record": Who.PERSON,
    "annotate.redo": Who.PERSON,
    "annotate.sentence": Who.PERSON,
    "annotate.undo": Who.PERSON,
    "again.index": Who.PERSON,  # only their own, which the project decides
    "again.record": Who.PERSON,
    "again.sentence": Who.PERSON,
    "annotate_hint.dismiss": Who.PERSON,
    "history.show": Who.PERSON,
    "api.agreement": Who.TOKEN,
    "api.answers": Who.TOKEN,
    "api.description": Who.ANYONE,
    "api.document": Who.TOKEN,
    "api.documents": Who.TOKEN,
    "api.export": Who.TOKEN,
    "api.exports": Who.TOKEN,
    "api.record_schema": Who.ANYONE,
    "api.sentences": Who.TOKEN,
    "agreement.behind": Who.PERSON,
    "agreement.csv": Who.PERSON,
    "agreement.json": Who.PERSON,
    "agreement.show": Who.PERSON,
    "analysis.brief": Who.PERSON,  # of their own answers; of anybody's, a lead
    "analysis.csv": Who.PERSON,
    "analysis.show": Who.PERSON,
    "analysis.svg": Who.PERSON,
    "backups.choose_plan": Who.LEAD,
    "backups.download": Who.LEAD,  # and in no document that they are blind in
    "backups.go_back": Who.LEAD,
    "backups.make": Who.LEAD,
    "backups.remove": Who.LEAD,
    "backups.show": Who.LEAD,
    "backups.sure": Who.LEAD,
    "backups.sure_to_remove": Who.LEAD,
    "codebook.show": Who.PERSON,
    "codebook.version": Who.PERSON,
    "codebook_edit.download": Who.PERSON,
    "codebook_edit.edit": Who.LEAD,
    "codebook_edit.read": Who.PERSON,
    "codebook_edit.review": Who.LEAD,
    "codebook_edit.save": Who.LEAD,
    "codebook_edit.take": Who.LEAD,
    "codebook_edit.upload": Who.LEAD,
    "codebook_edit.versions": Who.PERSON,
    "export.bundle": Who.LEAD,
    "export.download": Who.PERSON,
    "export.show": Who.PERSON,
    "imports.add": Who.LEAD,
    "imports.make_ready": Who.LEAD,
    "homecoming.add": Who.LEAD,
    "homecoming.check": Who.LEAD,  # and not who is blind in a document
    "homecoming.keep": Who.LEAD,
    "homecoming.leave": Who.LEAD,
    "homecoming.take": Who.LEAD,
    "imports.table": Who.LEAD,
    "imports.take": Who.LEAD,
    "imports.take_table": Who.LEAD,
    "imports_check.accept_others": Who.LEAD,
    "imports_check.decide": Who.LEAD,
    "imports_check.decide_kind": Who.LEAD,
    "imports_check.read": Who.LEAD,
    "imports_check.show": Who.LEAD,
    "imports_sentences.change": Who.LEAD,
    "imports_sentences.describe": Who.LEAD,
    "imports_sentences.finish": Who.LEAD,
    "imports_sentences.show": Who.LEAD,
    "imports_sentences.turn": Who.LEAD,
    "invitations.accept": Who.ANYONE,  # who has the link: it is signed
    "invitations.show": Who.ANYONE,
    "people.change_role": Who.LEAD,
    "people.invite": Who.LEAD,
    "people.remove": Who.LEAD,
    "people.reset": Who.LEAD,
    "people.show": Who.LEAD,
    "people.sign_out": Who.LEAD,
    "people.withdraw": Who.LEAD,
    "rounds.assign": Who.LEAD,
    "rounds.change": Who.LEAD,
    "rounds.finish": Who.PERSON,
    "rounds.make": Who.LEAD,
    "rounds.reopen": Who.LEAD,
    "rounds.repeat": Who.LEAD,
    "rounds.spread": Who.LEAD,
    "rounds.withdraw": Who.LEAD,
    "search.show": Who.PERSON,  # annotators: their documents, their own answers
    "settle.again": Who.LEAD,
    "settle.index": Who.LEAD,
    "settle.item": Who.LEAD,
    "settle.reopen": Who.LEAD,
    "settle.save": Who.LEAD,
    "settle.unanimous": Who.LEAD,
    "speakers.add": Who.PERSON,
    "speakers.ask": Who.LEAD,
    "speakers.create": Who.LEAD,
    "speakers.edit": Who.LEAD,
    "speakers.merge": Who.LEAD,
    "speakers.one": Who.LEAD,
    "speakers.show": Who.LEAD,
    "speakers.turn": Who.LEAD,
    "tokens.make": Who.PERSON,
    "tokens.show": Who.PERSON,  # their own; a lead everybody's
    "tokens.withdraw": Who.PERSON,
}
"""By the name of the view. What has no row here is refused to everybody."""


class SignInFirst(Forbidden):
    """A stranger asked for what is for the people of the project."""


class TokenFirst(Forbidden):
    """A program came without a token that works."""


def for_tokens(endpoint: str | None) -> bool:
    return WHO.get(endpoint or "") is Who.TOKEN


def check(endpoint: str, person: Person | None) -> None:
    """Let this request of `person` through, or say why not."""
    who = WHO.get(endpoint)
    if who is None:
        raise Forbidden("Nobody has been allowed to use this address yet.")
    if who is Who.ANYONE:
        return
    if person is None and who is Who.TOKEN:
        raise TokenFirst("Send a token: Authorization: Bearer TOKEN. People make them under “Your account”.")
    if person is None:
        raise SignInFirst(
            "You are signed out, so this was not saved. Sign in again in another tab, then repeat it."
        )
    if who is Who.LEAD and not person.leads:
        raise Forbidden("Only the people who lead this project can see or do this.")
