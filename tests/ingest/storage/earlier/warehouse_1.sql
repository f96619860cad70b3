create schema if not exists raw;
create table if not exists raw.layout (
    layout_version integer not null
);
create table if not exists raw.loads (
    load_id varchar not null,
    source varchar not null,
    connector varchar not null,
    variant varchar,
    sha256 varchar not null,
    byte_count bigint not null,
    read_count bigint not null,
    landed_count bigint not null,
    replayed_count bigint not null,
    rejected_count bigint not null,
    conflicting_count bigint not null,
    undated_count bigint not null,
    row_count bigint not null,
    repairs varchar,
    cursor varchar,
    report_start_at timestamp,
    report_end_at timestamp,
    started_at timestamp not null,
    committed_at timestamp not null,
    erased_count bigint
);
alter table raw.loads add column if not exists erased_count bigint;
create table if not exists raw.statements (
    statement_id varchar not null,
    content_hash varchar not null,
    text_hash varchar not null,
    load_id varchar not null,
    source varchar not null,
    actor_key varchar,
    actor_kind varchar,
    verb_id varchar not null,
    object_id varchar,
    object_kind varchar not null,
    activity_type varchar,
    registration varchar,
    technical_session_id varchar,
    instructor_key varchar,
    team_key varchar,
    parent_ids varchar[],
    grouping_ids varchar[],
    category_ids varchar[],
    version varchar,
    activity_name varchar,
    language varchar,
    platform varchar,
    response varchar,
    launch_mode varchar,
    move_on varchar,
    satisfied_reason varchar,
    video_session_id varchar,
    played_segments varchar,
    event_name varchar,
    repairs varchar[],
    score_scaled double,
    score_raw double,
    score_min double,
    score_max double,
    duration_seconds double,
    mastery_score double,
    progress double,
    video_length_seconds double,
    video_time_seconds double,
    video_time_from_seconds double,
    video_time_to_seconds double,
    completion_threshold double,
    interaction_count bigint,
    success boolean,
    completion boolean,
    is_imputed boolean,
    is_banked boolean,
    occurred_at timestamp,
    stored_at timestamp,
    interval_started_at timestamp,
    planned_start_at timestamp,
    due_at timestamp,
    landed_at timestamp not null,
    statement varchar using compression zstd
);
create table if not exists raw.rejections (
    load_id varchar not null,
    rejection_id varchar not null,
    line bigint,
    code varchar not null,
    json_path varchar,
    message varchar not null,
    payload varchar
);
create table if not exists raw.conflicts as from raw.statements limit 0;
create table if not exists raw.identity_links (
    load_id varchar not null,
    actor_key varchar not null,
    learner_key varchar not null,
    rule varchar not null,
    valid_from timestamp,
    is_revoked boolean not null
);
create table if not exists raw.derived_links (
    actor_key varchar not null,
    learner_key varchar not null,
    rule varchar not null
);
create table if not exists raw.programmes (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    programme_id varchar not null, programme_name varchar,
    default_delivery_mode varchar,
    outcome_category varchar, hybrid_pattern varchar,
    completion_rule varchar, completion_class varchar,
    is_mandatory boolean, is_high_stakes boolean,
    horizon_days bigint, attendance_threshold double,
    audience varchar, business_unit varchar, owner_role varchar, cost_currency varchar
);
alter table raw.programmes add column if not exists legal_basis varchar;
create table if not exists raw.consents (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    actor_key varchar not null, programme_id varchar not null,
    is_given boolean not null, decided_at timestamp
);
create table if not exists raw.cohorts (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    cohort_id varchar not null, programme_id varchar not null, cohort_name varchar,
    delivery_mode varchar, valid_from timestamp,
    starts_at timestamp, ends_at timestamp, time_zone varchar, capacity bigint
);
create table if not exists raw.activities (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    activity_id varchar not null,
    programme_id varchar not null,
    cohort_id varchar,
    activity_name varchar,
    phase_no bigint,
    role varchar not null,
    due_at timestamp, weight double
);
create table if not exists raw.people (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    actor_key varchar not null, valid_from timestamp,
    segment varchar, business_unit varchar, region varchar, time_zone varchar,
    language varchar, tenure_band varchar, prior_completion_band varchar, left_at timestamp
);
alter table raw.people add column if not exists hired_on date;
create table if not exists raw.enrolments (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    actor_key varchar not null, programme_id varchar not null, cohort_id varchar,
    registration varchar, role varchar,
    enrolled_at timestamp, withdrawn_at timestamp, is_withdrawn boolean,
    due_at timestamp, is_waived boolean, period_key varchar,
    previous_attempts bigint, studied_credits double,
    segment varchar, business_unit varchar, region varchar, language varchar, tenure_band varchar, prior_completion_band varchar
);
alter table raw.enrolments add column if not exists ends_at timestamp;
alter table raw.enrolments add column if not exists delivery_id varchar;
create table if not exists raw.roster_deliveries (
    load_id varchar not null, source varchar not null,
    reported_at timestamp,
    delivery_id varchar not null, cohort_id varchar,
    is_complete boolean not null
);
create table if not exists raw.phases (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    programme_id varchar not null, cohort_id varchar, phase_no bigint not null,
    phase_name varchar, delivery_mode varchar, starts_at timestamp, ends_at timestamp
);
create table if not exists raw.sessions (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    join_key varchar not null,
    cohort_id varchar not null, phase_no bigint, policy varchar
);
create table if not exists raw.technical_sessions (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    technical_session_id varchar not null,
    join_key varchar,
    starts_at timestamp, ends_at timestamp, precision_seconds bigint
);
create table if not exists raw.planned_sessions (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    planned_session_id varchar not null,
    series_id varchar, join_key varchar,
    title_key varchar,
    original_start_at timestamp, starts_at timestamp, ends_at timestamp, time_zone varchar,
    status varchar, sequence bigint
);
create table if not exists raw.rsvps (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    planned_session_id varchar not null, actor_key varchar not null,
    response varchar, role varchar, responded_at timestamp
);
create table if not exists raw.session_claims (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    technical_session_id varchar not null, actor_key varchar,
    claim varchar not null,
    value double
);
create table if not exists raw.session_quality (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    technical_session_id varchar not null, measure varchar not null,
    value double, observation_count bigint
);
create table if not exists raw.due_dates (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    programme_id varchar not null, cohort_id varchar, actor_key varchar,
    period_key varchar, due_at timestamp not null
);
create table if not exists raw.waivers (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    actor_key varchar not null, programme_id varchar not null, cohort_id varchar,
    waived_at timestamp, reason varchar
);
create table if not exists raw.costs (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    programme_id varchar not null, cohort_id varchar, kind varchar not null,
    amount double not null, currency varchar not null, incurred_on date not null,
    amortised_months bigint
);
create table if not exists raw.facilitator_hours (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    programme_id varchar not null, cohort_id varchar, actor_key varchar,
    kind varchar not null, hours double not null, worked_on date not null
);
create table if not exists raw.sources (
    load_id varchar not null, source varchar not null, reported_at timestamp,
    is_ended boolean not null
);
create table if not exists raw.restrictions (
    actor_key varchar not null,
    restricted_at timestamp not null,
    is_lifted boolean not null
);
create table if not exists raw.retained_statements as
select *, '' as programme_id from raw.statements limit 0;
