-- Schema raw: the tables that a load may write, one for each kind of fact. Those of the
-- organisation itself are declared in organisation_tables.toml and exist already here.
-- Every table carries load_id; staging reads rows of committed loads only.
-- Times are UTC without a zone. People appear as keys only.

create schema if not exists raw;

create table if not exists raw.layout (
    layout_version integer not null
);

create table if not exists raw.loads (
    load_id varchar not null,
    source varchar not null,             -- the source system, e.g. oulad, zoom
    connector varchar not null,
    variant varchar,
    sha256 varchar not null,             -- of the delivery's bytes
    byte_count bigint not null,
    read_count bigint not null,          -- statements offered
    landed_count bigint not null,
    replayed_count bigint not null,      -- equivalent statement had landed before
    rejected_count bigint not null,
    conflicting_count bigint not null,
    undated_count bigint not null,       -- landed with occurred_at null
    row_count bigint not null,           -- typed facts landed
    repairs varchar,                     -- JSON: repair name -> count
    cursor varchar,
    report_start_at timestamp,           -- period that the delivery covers
    report_end_at timestamp,
    started_at timestamp not null,
    committed_at timestamp not null,
    erased_count bigint                  -- about people who were erased: dropped
);

alter table raw.loads add column if not exists erased_count bigint;
-- Digests of the mapping by which a table was read, and of its source, mapping's name and
-- headings; null for what no mapping explains.
alter table raw.loads add column if not exists mapping_hash varchar;
alter table raw.loads add column if not exists table_hash varchar;
-- The later load that read the same bytes again, or the same table under a changed mapping:
-- what this load refused is history.
alter table raw.loads add column if not exists superseded_by varchar;
-- Digest of the code, settings and erased people that a large file was read with.
alter table raw.loads add column if not exists reading_hash varchar;

create table if not exists raw.statements (
    ---------- ids
    statement_id varchar not null,
    content_hash varchar not null,
    text_hash varchar not null,
    load_id varchar not null,
    source varchar not null,
    actor_key varchar,
    actor_kind varchar,
    verb_id varchar not null,
    object_id varchar,
    object_kind varchar not null,        -- activity, agent, group, statement_ref, sub_statement
    activity_type varchar,
    registration varchar,
    technical_session_id varchar,
    instructor_key varchar,
    team_key varchar,
    parent_ids varchar[],
    grouping_ids varchar[],
    category_ids varchar[],
    ---------- strings
    version varchar,
    activity_name varchar,
    language varchar,
    platform varchar,
    response varchar,                    -- null unless the collection policy allows it
    launch_mode varchar,                 -- cmi5
    move_on varchar,                     -- cmi5
    satisfied_reason varchar,            -- cmi5
    video_session_id varchar,
    played_segments varchar,             -- video profile, as sent
    event_name varchar,                  -- the producer's own name of the event
    device_kind varchar,                 -- null unless the collection policy allows it
    repairs varchar[],
    ---------- numerics
    score_scaled double,
    score_raw double,
    score_min double,
    score_max double,
    duration_seconds double,
    mastery_score double,                -- cmi5, 0 to 1
    progress double,                     -- 0 to 1, whatever the producer's scale
    video_length_seconds double,
    video_time_seconds double,
    video_time_from_seconds double,
    video_time_to_seconds double,
    completion_threshold double,
    interaction_count bigint,            -- clicks or the like inside one statement
    ---------- booleans
    success boolean,
    completion boolean,
    is_imputed boolean,                  -- the connector supplied what the source left out
    is_banked boolean,                   -- a result carried over from an earlier enrolment
    is_derived boolean,                  -- a Tandem computed it from others: no evidence
    ---------- dates
    ---------- timestamps
    occurred_at timestamp,
    stored_at timestamp,
    interval_started_at timestamp,       -- on a leave: the join that it closes
    planned_start_at timestamp,
    due_at timestamp,
    landed_at timestamp not null,
    ---------- the statement, identities replaced by keys
    short_statement varchar using compression zstd, -- ingest.storage.shortened: ids that have a column are marks
    statement varchar generated always as (
        replace(replace(replace(replace(
            short_statement,
            chr(4), coalesce(actor_key, '')),
            chr(3), coalesce(technical_session_id, '')),
            chr(2), coalesce(registration, '')),
            chr(1), statement_id)
    ) virtual
);

-- Earlier versions kept no device, and did not know statements that Tandem computed.
alter table raw.statements add column if not exists device_kind varchar;
alter table raw.statements add column if not exists is_derived boolean;

create table if not exists raw.rejections (
    load_id varchar not null,
    rejection_id varchar not null,       -- also the vault's key of the whole payload
    line bigint,
    code varchar not null,
    json_path varchar,
    message varchar not null,
    payload varchar                      -- identities removed
);

-- Other bodies under the id of a current version: same columns, since a later copy with an
-- earlier stored time can make one of them current.
create table if not exists raw.conflicts as
select * exclude (short_statement) from raw.statements limit 0;
alter table raw.conflicts add column if not exists device_kind varchar;
alter table raw.conflicts add column if not exists is_derived boolean;

-- The statements that changed since the last finished build (ingest.storage.change_ledger).
-- A row names one statement that was added, replaced, changed or removed, or the load of
-- all statements whose rows have this load_id; with neither, every statement changed.
create table if not exists raw.changed_statements (
    change_no bigint not null,           -- one more with each transaction
    load_id varchar,
    statement_id varchar
);

-- One row: the last build (tandem.cli.build_state); none before the first.
create table if not exists raw.last_build (
    change_no bigint not null,           -- the last change that the last finished one read
    is_finished boolean not null,        -- false: it has begun, and may have broken off
    state varchar                        -- JSON: what the last finished one read and left
);

create table if not exists raw.identity_links (
    load_id varchar not null,
    actor_key varchar not null,
    learner_key varchar not null,
    rule varchar not null,
    valid_from timestamp,
    is_revoked boolean not null          -- append-only: a later row revokes a link
);

-- Links that follow from what is landed (ingest.identity.resolution): computed before
-- every build; identity_links outranks them for the same account.
create table if not exists raw.derived_links (
    actor_key varchar not null,
    learner_key varchar not null,
    rule varchar not null                -- upn, roster_identifier, name_in_cohort
);

-- Computed anew before each build: keyed hashes of the names that participants of live
-- sessions have, by which the reports of one meeting are compared. They link nobody.
create table if not exists raw.printed_names (
    actor_key varchar not null,
    name_key varchar not null,
    is_display_name boolean not null     -- the account is this name in one session
);

-- Labels that people corrected in the journal (tandem.cli.corrections), written before
-- each build: of each kind and subject the newest entry. They name nobody.
create table if not exists raw.corrections (
    kind varchar not null,               -- programme_category, completion_rule, cohort_mode
    subject_id varchar not null,         -- of the programme or cohort
    label varchar not null,
    label_words varchar,                 -- of a rule of completion
    holds_from timestamp not null        -- the day that it was given, else when it was recorded
);

---------- what the reader of the organisation's own tables adds to them

-- The delivery of a roster that holds the row.
alter table raw.enrolments add column if not exists delivery_id varchar;

-- One row per delivery of a roster, cohort_id null, and one for each cohort whose
-- members it lists in full: a person whom a later list leaves out is no longer a member.
create table if not exists raw.roster_deliveries (
    load_id varchar not null, source varchar not null,
    reported_at timestamp,               -- its day, as said or named; null: as it landed
    delivery_id varchar not null, cohort_id varchar,
    is_complete boolean not null         -- false: rows of it had to be rejected
);

-- meeting, title, series or session. Null: a row of an earlier version, of any type.
alter table raw.sessions add column if not exists key_type varchar;
-- The cell without a type that this key is one reading of; null: its column has the type.
alter table raw.sessions add column if not exists untyped_cell varchar;

create table if not exists raw.technical_sessions (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    technical_session_id varchar not null, -- as in raw.statements; a restart makes another
    join_key varchar,                    -- meeting number, code or room; never a title
    starts_at timestamp, ends_at timestamp, precision_seconds bigint
);
alter table raw.technical_sessions add column if not exists title_key varchar;
-- Earlier versions wrote the key of a title, a hash, into join_key.
update raw.technical_sessions set title_key = join_key, join_key = null
where title_key is null and regexp_full_match(join_key, 'title-[0-9a-f]{20}');

create table if not exists raw.planned_sessions (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    planned_session_id varchar not null, -- survives rescheduling
    series_id varchar, join_key varchar,
    title_key varchar,                   -- as ingest.parsing.join_keys writes it
    original_start_at timestamp, starts_at timestamp, ends_at timestamp, time_zone varchar,
    status varchar, sequence bigint
);

-- A cancelled occurrence whose replacement could not be read; else null.
alter table raw.planned_sessions add column if not exists has_unreadable_replacement boolean;

create table if not exists raw.rsvps (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    planned_session_id varchar not null, actor_key varchar not null,
    response varchar, role varchar, responded_at timestamp
);

-- Kind of reason given with a declined invitation, null where none was given.
alter table raw.rsvps add column if not exists absence_category varchar;

create table if not exists raw.session_claims (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    technical_session_id varchar not null, actor_key varchar,
    claim varchar not null,              -- duration_seconds, participant_count ...
    value double
);

create table if not exists raw.session_quality (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    technical_session_id varchar not null, measure varchar not null,
    value double, observation_count bigint
);

create table if not exists raw.sources (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    is_ended boolean not null
);

---------- texts that are searched for the names of people

-- Each distinct text of raw that could name a person, and its words as names are
-- compared (ingest.identity.named_people). A name that becomes known later is looked for
-- here instead of in every row.
create table if not exists raw.kept_texts (
    text varchar not null,
    words varchar not null
);

-- The digest of the names that kept_texts have been searched for; null before the first.
create table if not exists raw.applied_names (
    names_digest varchar not null
);

---------- people who object, and what is kept for a legal basis alone

create table if not exists raw.restrictions (
    actor_key varchar not null,
    restricted_at timestamp not null,
    is_lifted boolean not null           -- append-only: the last row of a key counts
);

-- Statements past their age that a programme has to keep: no model reads this table.
create table if not exists raw.retained_statements as
select * exclude (short_statement), '' as programme_id from raw.statements limit 0;
alter table raw.retained_statements add column if not exists device_kind varchar;
alter table raw.retained_statements add column if not exists is_derived boolean;
