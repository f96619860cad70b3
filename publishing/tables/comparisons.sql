-- What comparisons of delivery modes lead to.

create table pub.pilots (
    plan_id varchar not null,
    kpi_id varchar not null,
    outcome_category varchar not null,
    mode_a varchar not null,
    mode_b varchar not null,
    first_start_date date not null,
    last_start_date date not null,
    answer_date date not null,
    planned_cohort_count bigint not null,
    cohort_count bigint not null,
    status varchar not null,
    verdict varchar,
    adjusted_difference double,
    ci_low double,
    ci_high double,
    wording_key varchar not null,
    sentence varchar not null,
    state varchar not null
);
comment on table pub.pilots is
'One row per pilot that was kept: where it stands, and its verdict once its data have arrived. Its result is hidden where a mode has fewer than k people.';
comment on column pub.pilots.status is 'planned, running, answered or stopped.';

create table pub.placebo_results (
    kpi_id varchar not null,
    design varchar not null,
    period_start_date date not null,
    period_end_date date not null,
    trailing_quarters bigint not null,
    mode_a varchar,
    mode_b varchar,
    programme_count bigint not null,
    cohort_count bigint not null,
    draw_count bigint not null,
    different_count bigint,
    expected_count double,
    seed bigint not null,
    wording_key varchar not null,
    sentence varchar not null
);
comment on table pub.placebo_results is
'One row per compared KPI x design: how often delivery modes given out at random among own cohorts or programmes look different, and how often that happens by chance.';

create table pub.decisions (
    decision_key varchar not null,
    rank bigint not null,
    wording_key varchar not null,
    parameters varchar not null,
    sentence varchar not null,
    page varchar not null,
    evidence varchar not null,
    kpi_id varchar,
    outcome_category varchar,
    programme_id varchar,
    mode_a varchar,
    mode_b varchar
);
comment on table pub.decisions is 'One row per decision that a person has to take, found by simple rules.';
comment on column pub.decisions.parameters is
'JSON: what the sentences name; words as their key and parameters.';
comment on column pub.decisions.outcome_category is
'What the decision concerns, as kpi_id, programme_id and the modes; null for none.';
