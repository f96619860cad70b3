-- What was published, from which sources, and what was accepted or hidden.

create table pub.snapshot (
    snapshot_id varchar not null,
    as_of timestamp not null,
    published_at timestamp not null,
    code_version varchar not null,
    k bigint not null,
    organisation_name varchar not null,
    is_sample boolean not null,
    fiscal_year_start_month bigint not null,
    currency varchar,
    hidden_cell_count bigint not null,
    cell_count bigint not null
);
comment on table pub.snapshot is 'One row: this snapshot. as_of and published_at are UTC.';
comment on column pub.snapshot.currency is
'ISO 4217 code of every amount; null where there are no costs.';

create table pub.sources (
    source varchar not null,
    connector varchar,
    watermark_at timestamp,
    read_count bigint,
    landed_count bigint,
    rejected_count bigint,
    undated_count bigint,
    row_count bigint,
    matched_share double,
    is_ended boolean
);
comment on table pub.sources is
'One row per source: its watermark, and how much of it landed. Counts are of statements; row_count is of typed facts (plans, people, costs).';
comment on column pub.sources.matched_share is 'Share of its accounts that belong to people known to the organisation; null for fewer than k accounts.';

create table pub.accepted_warnings (
    expectation varchar not null,
    value varchar not null,
    reason varchar not null,
    role varchar not null,
    accepted_at timestamp not null
);
comment on table pub.accepted_warnings is
'One row per failed expectation that a person accepted, with the reason.';

create table pub.privacy_audit (
    kpi_id varchar not null,
    measure varchar not null,
    cell_count bigint not null,
    hidden_count bigint not null,
    relation_count bigint not null,
    attack varchar not null,
    exposure_count bigint not null
);
comment on table pub.privacy_audit is
'One row per KPI x measure: how its published cells were attacked, and what was found.';
comment on column pub.privacy_audit.attack is
'all_cells: linear programmes over all cells. exact_cells: over those with exact counts, and bounds over the others. pairs_of_cells: all that is published of a cell in two KPIs of which one counts some of the other''s rows. pairs_of_snapshots: the same cell in each kept snapshot.';
comment on column pub.privacy_audit.exposure_count is
'Protected cells that could be narrowed down too far. Above 0, nothing is published.';
