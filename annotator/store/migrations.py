"""The schema, as an ordered list of steps. A released step is never edited."""

from __future__ import annotations

import tomllib

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations


class _Named(Migrations):
    """Migrations that can tell their own names, to recognise a file from a newer version."""

    @property
    def names(self) -> list[str]:
        return [migration.name for migration in self._migrations]


migrations = _Named("qawl")


@migrations()
def create_project(db: Database) -> None:
    db.executescript(
        """
        create table settings (
            id integer primary key,
            name text not null,
            value text not null,
            person text,
            created_at text not null
        ) strict;
        create index settings_by_name on settings (name, id);

        create table codebooks (
            id integer primary key,
            codebook text not null,
            version text not null,
            source text not null,
            person text,
            created_at text not null,
            unique (codebook, version)
        ) strict;

        create table people (
            name text primary key,
            created_at text not null
        ) strict;

        -- Every state a person was in; the newest is the current one.
        create table people_states (
            id integer primary key,
            person text not null references people,
            role text not null check (role in ('lead', 'annotator', 'simulated')),
            password text,
            removed integer not null default 0 check (removed in (0, 1)),
            changed_by text,
            created_at text not null
        ) strict;
        create index people_states_by_person on people_states (person, id);
        """
    )


@migrations()
def create_documents(db: Database) -> None:
    db.executescript(
        """
        create table files (
            sha256 text primary key,
            filename text not null,
            bytes blob not null,
            person text,
            created_at text not null
        ) strict;

        -- A file holds one document, or one in each of its rows (`part`).
        create table documents (
            number integer primary key,
            id text not null unique,
            file text not null references files,
            part text,
            person text,
            created_at text not null
        ) strict;

        -- Every state of a document's description; the newest is the current one.
        create table document_states (
            id integer primary key,
            document text not null references documents (id),
            lang text not null,
            title text not null,
            publisher text,
            author text,
            date text,
            url text,
            stage text not null check (stage in ('checking', 'ready', 'withdrawn')),
            person text,
            created_at text not null
        ) strict;
        create index document_states_by_document on document_states (document, id);

        -- The text that all offsets count in, and how it came from the file; one read anew is a new row.
        -- JSON columns: options that found it in the file; given, spans of sentences the file gives.
        create table texts (
            id integer primary key,
            document text not null references documents (id),
            text text not null,
            method text not null,
            encoding text,
            options text not null check (json_valid(options)),
            warnings text not null check (json_valid(warnings)),
            given text not null check (json_valid(given)),
            reading text not null check (reading in ('automatic', 'checked')),
            level text not null check (level in ('safe', 'proposed', 'none')),
            person text,
            created_at text not null
        ) strict;
        create index texts_by_document on texts (document, id);

        -- What was done to the sentences after import: repairs decided, sentences split or merged.
        create table changes (
            id integer primary key,
            document text not null references documents (id),
            kind text not null,
            about text not null check (json_valid(about)),
            person text,
            created_at text not null
        ) strict;
        create index changes_by_document on changes (document, id);

        -- JSON columns: spans [[start, end], …] in code points of the text, in reading order;
        -- joins between them; runs [[start in `text`, start in the document's text, length], …].
        create table sentences (
            key integer primary key,
            document text not null references documents (id),
            source integer not null references texts,
            made_by integer references changes,
            id text not null,
            position real not null,
            kind text not null,
            text text not null,
            spans text not null check (json_valid(spans)),
            joins text not null check (json_valid(joins)),
            runs text not null check (json_valid(runs)),
            flags text not null check (json_valid(flags)),
            unsure_lines text not null check (json_valid(unsure_lines)),
            repeats text not null check (json_valid(repeats)),
            lost_at text not null check (json_valid(lost_at)),
            paragraph text
        ) strict;
        create index sentences_by_document on sentences (document, position);
        create index sentences_by_id on sentences (document, id);

        create table retirements (
            sentence integer primary key references sentences,
            change integer not null references changes
        ) strict;

        create view current_sentences as
            select * from sentences
            where not exists (select 1 from retirements where retirements.sentence = sentences.key);
        """
    )


@migrations()
def create_annotations(db: Database) -> None:
    db.executescript(
        """
        -- Appended only. The newest row of a sentence and person is the current answer.
        create table annotations (
            id integer primary key,
            document text not null references documents (id),
            sentence integer not null references sentences (key),
            person text not null references people (name),
            action text not null check (action in ('answer', 'undo', 'redo', 'carried')),
            target integer references annotations (id),
            status text not null
                check (status in ('claims', 'no_claim', 'skipped', 'duplicate', 'todo')),
            claims text not null check (json_valid(claims)),
            comment text,
            hard integer not null check (hard in (0, 1)),
            duplicate_of text,
            codebook integer not null references codebooks (id),
            seconds real,
            token text unique,
            change integer references changes (id),
            created_at text not null,
            check ((action in ('undo', 'redo')) = (target is not null)),
            check ((action = 'carried') = (change is not null)),
            check ((status = 'claims') = (json_array_length(claims) > 0)
                   or status in ('todo', 'duplicate'))
        ) strict;
        create index annotations_by_sentence on annotations (sentence, person, id);
        create index annotations_by_person on annotations (document, person, id);
        create index annotations_by_target on annotations (target, id) where target is not null;

        create view current_answers as
            select * from annotations
            where id = (
                select max(newer.id) from annotations newer
                where newer.sentence = annotations.sentence and newer.person = annotations.person
            );

        create view claims as
            select current_answers.id as answer, document, sentence, person,
                   json_each.key + 1 as n, json_each.value as claim,
                   json_extract(json_each.value, '$.speaker') as speaker,
                   json_extract(json_each.value, '$.stance') as stance,
                   json_extract(json_each.value, '$.polarity') as polarity,
                   json_extract(json_each.value, '$.attribution') as attribution
            from current_answers, json_each(current_answers.claims)
            where status = 'claims';
        """
    )


@migrations()
def create_speaker_changes(db: Database) -> None:
    db.executescript(
        """
        -- What people did to the codebook's speakers, and whom they added. JSON column: the speaker
        -- as it is from then on, or whom it is merged into. An undo names the change it takes back.
        create table speaker_changes (
            id integer primary key,
            kind text not null check (kind in ('add', 'edit', 'merge', 'undo', 'redo')),
            speaker text not null,
            about text not null check (json_valid(about)),
            target integer references speaker_changes (id),
            person text,
            created_at text not null,
            check ((kind in ('undo', 'redo')) = (target is not null))
        ) strict;
        """
    )


@migrations()
def create_preferences(db: Database) -> None:
    db.executescript(
        """
        -- What a person chose for themselves, such as the language of the interface.
        create table preferences (
            id integer primary key,
            person text not null references people (name),
            name text not null,
            value text not null,
            created_at text not null
        ) strict;
        create index preferences_by_person on preferences (person, name, id);
        """
    )


@migrations()
def find_places_at_once(db: Database) -> None:
    db.executescript(
        """
        -- These hold all that is counted when one moves through a document: no row is read for it.
        create index sentences_in_order on sentences (document, position, kind, id);
        drop index sentences_by_document;
        create index annotations_by_sentences on annotations (document, person, sentence, id, status);
        drop index annotations_by_sentence;
        create index annotations_by_sentence on annotations (sentence, person, id, status);
        """
    )


@migrations()
def create_rounds(db: Database) -> None:
    db.executescript(
        """
        create table rounds (
            id integer primary key,
            person text,
            created_at text not null
        ) strict;

        -- Every state of a round; the newest is the current one. JSON columns: ids and names.
        create table round_states (
            id integer primary key,
            round integer not null references rounds (id),
            name text not null,
            overlap integer not null check (overlap >= 1),
            due text,
            codebook integer not null references codebooks (id),
            documents text not null check (json_valid(documents)),
            people text not null check (json_valid(people)),
            withdrawn integer not null check (withdrawn in (0, 1)),
            person text,
            created_at text not null
        ) strict;
        create index round_states_by_round on round_states (round, id);

        -- What was given to whom, and taken back; the newest row of a cell counts.
        create table assignments (
            id integer primary key,
            round integer not null references rounds (id),
            document text not null references documents (id),
            person text not null references people (name),
            action text not null check (action in ('assign', 'release')),
            changed_by text,
            created_at text not null
        ) strict;
        create index assignments_by_cell on assignments (round, document, person, id, action);

        create view current_assignments as
            select * from assignments
            where action = 'assign'
              and id = (
                  select max(newer.id) from assignments newer
                  where newer.round = assignments.round and newer.document = assignments.document
                    and newer.person = assignments.person
              )
              and not (
                  select withdrawn from round_states where round_states.round = assignments.round
                  order by id desc limit 1
              );

        -- A person's own act, which closes their answers in a document, and a lead's act, which opens them.
        create table finishes (
            id integer primary key,
            document text not null references documents (id),
            person text not null references people (name),
            action text not null check (action in ('finish', 'reopen')),
            reason text,
            changed_by text,
            created_at text not null,
            check ((action = 'reopen') = (reason is not null))
        ) strict;
        create index finishes_by_document on finishes (document, person, id, action);

        create view current_finishes as
            select * from finishes
            where action = 'finish'
              and id = (
                  select max(newer.id) from finishes newer
                  where newer.document = finishes.document and newer.person = finishes.person
              );
        """
    )


@migrations()
def invite_people(db: Database) -> None:
    db.executescript(
        """
        -- A link lets in once: to join under a role, or to choose a password in place of that of `state`.
        create table invitations (
            id integer primary key,
            purpose text not null check (purpose in ('join', 'password')),
            name text,
            role text check (role in ('lead', 'annotator')),
            state integer references people_states (id),
            expires text not null,
            person text,
            created_at text not null,
            check ((purpose = 'join') = (role is not null)),
            check ((purpose = 'password') = (state is not null)),
            check (purpose = 'join' or name is not null)
        ) strict;

        create table invitation_ends (
            invitation integer primary key references invitations (id),
            action text not null check (action in ('accepted', 'withdrawn')),
            person text,
            created_at text not null
        ) strict;

        -- When people came, so that a lead sees who is there: appended on signing in and out, and
        -- once a day in between.
        create table visits (
            id integer primary key,
            session text not null,
            person text not null references people (name),
            state integer not null references people_states (id),
            action text not null check (action in ('in', 'seen', 'out')),
            created_at text not null
        ) strict;
        create index visits_by_session on visits (session, id);
        """
    )


@migrations()
def create_settlements(db: Database) -> None:
    db.executescript(
        """
        -- The final layer, beside the answers, which it never changes. `votes`: the answers it rests on.
        create table settlements (
            id integer primary key,
            document text not null references documents (id),
            sentence integer not null references sentences (key),
            action text not null check (action in ('settle', 'reopen')),
            kind text not null check (kind in ('unanimous', 'settled')),
            status text not null check (status in ('claims', 'no_claim')),
            claims text not null check (json_valid(claims)),
            comment text,
            reason text check (reason in ('rule', 'text', 'slip', 'difference')),
            note text,
            votes text not null check (json_valid(votes)),
            codebook integer not null references codebooks (id),
            person text not null references people (name),
            created_at text not null
        ) strict;
        create index settlements_by_sentence on settlements (sentence, id, action);

        create view current_settlements as
            select * from settlements
            where action = 'settle'
              and id = (select max(newer.id) from settlements newer
                        where newer.sentence = settlements.sentence);
        """
    )


@migrations()
def create_repeats(db: Database) -> None:
    db.executescript(
        """
        -- What share of a round's sentences people look at once more, after how many days; the newest counts.
        create table repeats (
            id integer primary key,
            round integer not null references rounds (id),
            share integer not null check (share between 0 and 100),
            days integer not null check (days > 0),
            person text,
            created_at text not null
        ) strict;
        create index repeats_by_round on repeats (round, id);

        -- What people answered when they looked once more: apart from their answers, which it never changes.
        create table second_answers (
            id integer primary key,
            sentence integer not null references sentences (key),
            person text not null references people (name),
            status text not null
                check (status in ('claims', 'no_claim', 'skipped', 'duplicate', 'todo')),
            claims text not null check (json_valid(claims)),
            comment text,
            hard integer not null default 0,
            duplicate_of text,
            codebook integer not null references codebooks (id),
            seconds real,
            token text unique,
            created_at text not null
        ) strict;
        create index second_answers_by_sentence on second_answers (sentence, person, id);

        create view current_second_answers as
            select * from second_answers
            where id = (
                select max(newer.id) from second_answers newer
                where newer.sentence = second_answers.sentence and newer.person = second_answers.person
            );
        """
    )


@migrations()
def carry_settlements(db: Database) -> None:
    db.executescript(
        """
        -- A final answer follows its sentence through a change of the text: `origin` is the row it was in.
        alter table settlements add column change integer references changes (id);
        alter table settlements add column origin integer references settlements (id);
        create index settlements_by_origin on settlements (origin) where origin is not null;
        """
    )


@migrations()
def describe_views(db: Database) -> None:
    db.executescript(
        """
        drop view claims;

        -- Which kinds of sentences a version of the codebook puts into the queue.
        create table queued_kinds (
            codebook integer not null references codebooks (id),
            kind text not null,
            primary key (codebook, kind)
        ) strict;

        -- Claims with the ids they were given, those of sentences that were split since too.
        create view given_claims as
            select current_answers.id as answer, document, sentence, person,
                   json_each.key + 1 as n, json_each.value as claim,
                   json_extract(json_each.value, '$.speaker') as speaker,
                   json_extract(json_each.value, '$.stance') as stance,
                   json_extract(json_each.value, '$.polarity') as polarity,
                   json_extract(json_each.value, '$.attribution') as attribution
            from current_answers, json_each(current_answers.claims)
            where status = 'claims';

        -- Speakers who count as another, along every chain of merges that stands.
        create view merged_speakers as
            with recursive merges (id, speaker, whom) as (
                select id, speaker, json_extract(about, '$.into') from speaker_changes made
                where kind = 'merge' and coalesce(
                    (select turn.kind from speaker_changes turn where turn.target = made.id
                     order by turn.id desc limit 1), 'redo') = 'redo'
            ), standing (speaker, whom) as (
                select speaker, whom from merges
                where id = (select max(newer.id) from merges newer where newer.speaker = merges.speaker)
            ), chain (speaker, whom, steps) as (
                select speaker, whom, 1 from standing
                union all
                select chain.speaker, standing.whom, steps + 1
                from chain join standing on standing.speaker = chain.whom where steps < 100
            )
            select speaker, whom as counts_as from chain
            where whom not in (select speaker from standing);

        create view counted_claims as
            select given_claims.*,
                   case when exists (select 1 from speaker_changes where kind = 'merge') then (
                       select group_concat(id, ';') from (
                           select distinct coalesce((
                               select counts_as from merged_speakers m where m.speaker = one.value
                           ), one.value) as id from json_each(given_claims.speaker) one order by id
                       )
                   ) else (
                       select group_concat(value, ';') from (
                           select value from json_each(given_claims.speaker) order by key
                       )
                   ) end as speakers,
                   (select group_concat(id, ';') from (
                       select coalesce(
                           (select counts_as from merged_speakers m where m.speaker = one.value), one.value
                       ) as id from json_each(given_claims.claim, '$.via') one order by one.key
                   )) as via
            from given_claims;

        create view claims as
            select c.document, s.id as sentence, s.kind, c.person, c.n, c.speakers as speaker,
                   json_extract(c.claim, '$.speaker_text') as speaker_text,
                   c.stance as position, c.polarity, c.attribution, c.via,
                   (select group_concat(value, ';') from (
                       select value from json_each(c.claim, '$.propositions') order by key
                   )) as propositions,
                   (select group_concat(words, ' … ') from (
                       select substr(s.text, json_extract(value, '$[0]') + 1,
                                     json_extract(value, '$[1]') - json_extract(value, '$[0]')) as words
                       from json_each(c.claim, '$.content_spans') order by key
                   )) as content,
                   (select group_concat(words, ' … ') from (
                       select substr(s.text, json_extract(value, '$[0]') + 1,
                                     json_extract(value, '$[1]') - json_extract(value, '$[0]')) as words
                       from json_each(c.claim, '$.cue_spans') order by key
                   )) as cue,
                   (select group_concat(words, ' … ') from (
                       select substr(s.text, json_extract(value, '$[0]') + 1,
                                     json_extract(value, '$[1]') - json_extract(value, '$[0]')) as words
                       from json_each(c.claim, '$.source_spans') order by key
                   )) as source,
                   json_extract(c.claim, '$.claim_type') as claim_type,
                   json_extract(c.claim, '$.vouch') as vouch,
                   json_extract(c.claim, '$.hedged') as hedged,
                   json_extract(c.claim, '$.hard') as hard,
                   json_extract(c.claim, '$.note') as note,
                   s.text, c.answer, c.sentence as sentence_key
            from counted_claims c
            join sentences s on s.key = c.sentence
            where s.kind not in ('byline', 'url')
              and not exists (select 1 from retirements where retirements.sentence = s.key)
              -- Claims that a merge of speakers makes one are read as one.
              and not (exists (select 1 from speaker_changes where kind = 'merge') and exists (
                  select 1 from counted_claims first
                  where first.answer = c.answer and first.n < c.n and first.speakers = c.speakers
                    and first.via is c.via and first.stance is c.stance and first.polarity is c.polarity
              ));

        create view agreement_units as
            select a.document, s.id as sentence, s.kind, a.person,
                   a.status = 'claims' as has_claim,
                   json_array_length(a.claims) as claims,
                   (select group_concat(id, ';') from (
                       select distinct coalesce(
                           (select counts_as from merged_speakers m where m.speaker = one.value), one.value
                       ) as id
                       from json_each(a.claims) claim, json_each(claim.value, '$.speaker') one order by id
                   )) as speakers,
                   (select group_concat(id, ';') from (
                       select distinct json_extract(claim.value, '$.stance') as id
                       from json_each(a.claims) claim order by id
                   )) as positions,
                   (select group_concat(id, ';') from (
                       select distinct json_extract(claim.value, '$.attribution') as id
                       from json_each(a.claims) claim order by id
                   )) as attributions,
                   substr(a.created_at, 1, 10) as day, a.id as answer, a.sentence as sentence_key
            from current_answers a
            join sentences s on s.key = a.sentence
            where a.status in ('claims', 'no_claim')
              and s.kind in (select kind from queued_kinds
                             where codebook = (select max(id) from codebooks))
              and not exists (select 1 from retirements where retirements.sentence = s.key);
        """
    )
    for row, source in db.execute("select id, source from codebooks").fetchall():
        kinds = tomllib.loads(source).get("rules", {}).get("queue_units") or ["body"]
        db.table("queued_kinds").insert_all({"codebook": row, "kind": kind} for kind in dict.fromkeys(kinds))


@migrations()
def create_tokens(db: Database) -> None:
    db.executescript(
        """
        -- What programs sign in with: as the person who made it, whose `state` it was made in. The token is
        -- kept nowhere, only its SHA-256.
        create table tokens (
            id integer primary key,
            sha256 text not null unique,
            name text not null,
            person text not null references people (name),
            state integer not null references people_states (id),
            expires text not null,
            created_at text not null
        ) strict;

        create table token_ends (
            token integer primary key references tokens (id),
            person text,
            created_at text not null
        ) strict;

        -- One row for every day it was used on.
        create table token_uses (
            token integer not null references tokens (id),
            day text not null,
            created_at text not null,
            primary key (token, day)
        ) strict;
        """
    )


@migrations()
def fold_sentences(db: Database) -> None:
    db.executescript(
        """
        -- A cache for searching: sentences without what spellings differ in. Filled when it is needed.
        create table folded_sentences (
            sentence integer primary key references sentences (key),
            text text not null
        ) strict;
        """
    )


@migrations()
def find_remarks_at_once(db: Database) -> None:
    db.executescript(
        """
        -- The same for what people wrote beside their answers: comments, and notes on claims.
        create table folded_remarks (
            answer integer primary key references annotations (id),
            text text not null
        ) strict;
        create index annotations_flagged on annotations (sentence) where hard;
        """
    )


@migrations()
def find_what_is_given_at_once(db: Database) -> None:
    db.executescript(
        """
        -- What one person has to do, whatever is given to others.
        create index assignments_by_person on assignments (person, document, round, id, action);
        create index finishes_by_person on finishes (person, document, id, action);
        create index annotations_by_giver on annotations (person) where action = 'answer';
        -- A round names thousands of documents; whether it was withdrawn stands behind them.
        create index round_states_withdrawn on round_states (round, id, withdrawn);
        drop index round_states_by_round;
        create index document_states_by_stage on document_states (document, id, stage);
        drop index document_states_by_document;
        """
    )


@migrations()
def read_claims_at_once(db: Database) -> None:
    """The same views, which read an answer's claims once and not anew for each column."""
    db.executescript(
        f"""
        drop view claims;
        drop view counted_claims;
        drop view agreement_units;

        -- `place`: where the claim stands in `given`. SQLite reads that once for all that is taken out of it.
        create view counted_claims as
            select a.id as answer, a.document, a.sentence, a.person, each.key + 1 as n,
                   a.claims as given, each.fullkey as place,
                   {_counted("speaker", distinct=True)} as speakers,
                   {_counted("via")} as via
            from current_answers a, json_each(a.claims) each
            where a.status = 'claims';

        create view claims as
            select c.document, s.id as sentence, s.kind, c.person, c.n, c.speakers as speaker,
                   json_extract(c.given, c.place || '.speaker_text') as speaker_text,
                   json_extract(c.given, c.place || '.stance') as position,
                   json_extract(c.given, c.place || '.polarity') as polarity,
                   json_extract(c.given, c.place || '.attribution') as attribution, c.via,
                   case json_array_length(c.given, c.place || '.propositions') when 0 then null
                   when 1 then json_extract(c.given, c.place || '.propositions[0]')
                   else (select group_concat(value, ';') from (
                       select value from json_each(c.given, c.place || '.propositions') order by key
                   )) end as propositions,
                   {_words("content")} as content,
                   {_words("cue")} as cue,
                   {_words("source")} as source,
                   json_extract(c.given, c.place || '.claim_type') as claim_type,
                   json_extract(c.given, c.place || '.vouch') as vouch,
                   json_extract(c.given, c.place || '.hedged') as hedged,
                   json_extract(c.given, c.place || '.hard') as hard,
                   json_extract(c.given, c.place || '.note') as note,
                   s.text, c.answer, c.sentence as sentence_key
            from counted_claims c
            join sentences s on s.key = c.sentence
            where s.kind not in ('byline', 'url')
              and not exists (select 1 from retirements where retirements.sentence = s.key)
              -- Claims that a merge of speakers makes one are read as one.
              and not (c.n > 1 and exists (select 1 from speaker_changes where kind = 'merge') and exists (
                  select 1 from counted_claims first
                  where first.answer = c.answer and first.n < c.n and first.speakers = c.speakers
                    and first.via is c.via
                    and json_extract(first.given, first.place || '.stance')
                        is json_extract(c.given, c.place || '.stance')
                    and json_extract(first.given, first.place || '.polarity')
                        is json_extract(c.given, c.place || '.polarity')
              ));

        create view agreement_units as
            select a.document, s.id as sentence, s.kind, a.person,
                   a.status = 'claims' as has_claim,
                   json_array_length(a.claims) as claims,
                   case when json_array_length(a.claims) = 0 then null
                   when json_array_length(a.claims) = 1 and json_array_length(a.claims, '$[0].speaker') = 1
                        and not exists (select 1 from speaker_changes where kind = 'merge') then
                       json_extract(a.claims, '$[0].speaker[0]')
                   else (select group_concat(id, ';') from (
                       select distinct coalesce(
                           case when one.value in (select speaker from merged_speakers) then
                               (select counts_as from merged_speakers m where m.speaker = one.value) end,
                           one.value
                       ) as id
                       from json_each(a.claims) claim, json_each(a.claims, claim.fullkey || '.speaker') one
                       order by id
                   )) end as speakers,
                   case json_array_length(a.claims) when 0 then null
                   when 1 then json_extract(a.claims, '$[0].stance')
                   else (select group_concat(id, ';') from (
                       select distinct json_extract(a.claims, claim.fullkey || '.stance') as id
                       from json_each(a.claims) claim order by id
                   )) end as positions,
                   case json_array_length(a.claims) when 0 then null
                   when 1 then json_extract(a.claims, '$[0].attribution')
                   else (select group_concat(id, ';') from (
                       select distinct json_extract(a.claims, claim.fullkey || '.attribution') as id
                       from json_each(a.claims) claim order by id
                   )) end as attributions,
                   substr(a.created_at, 1, 10) as day, a.id as answer, a.sentence as sentence_key
            from current_answers a
            join sentences s on s.key = a.sentence
            where a.status in ('claims', 'no_claim')
              and s.kind in (select kind from queued_kinds
                             where codebook = (select max(id) from codebooks))
              and not exists (select 1 from retirements where retirements.sentence = s.key);
        """
    )


def _counted(field: str, *, distinct: bool = False) -> str:
    """The ids of speakers in a claim, each under the one it counts as."""
    path = f"each.fullkey || '.{field}'"
    order = "id" if distinct else "one.key"
    return f"""case json_array_length(a.claims, {path}) when 0 then null else
                       case when json_array_length(a.claims, {path}) = 1
                                 and not exists (select 1 from speaker_changes where kind = 'merge') then
                           json_extract(a.claims, {path} || '[0]')
                       else (select group_concat(id, ';') from (
                           select {"distinct" if distinct else ""} coalesce(
                               case when one.value in (select speaker from merged_speakers) then
                                   (select counts_as from merged_speakers m where m.speaker = one.value) end,
                               one.value
                           ) as id from json_each(a.claims, {path}) one order by {order}
                       )) end
                   end"""


def _words(part: str) -> str:
    """The marked words of a claim: one piece, as mostly, or several."""
    path = f"c.place || '.{part}_spans"
    return f"""case json_array_length(c.given, {path}') when 0 then null when 1 then
                       substr(s.text, json_extract(c.given, {path}[0][0]') + 1,
                              json_extract(c.given, {path}[0][1]') - json_extract(c.given, {path}[0][0]'))
                   else (select group_concat(words, ' … ') from (
                       select substr(s.text, json_extract(value, '$[0]') + 1,
                                     json_extract(value, '$[1]') - json_extract(value, '$[0]')) as words
                       from json_each(c.given, {path}') order by key
                   )) end"""
