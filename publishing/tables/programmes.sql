-- Each programme: its facts, cohorts, changes, and how far people come.

create table pub.programmes (
    programme_id varchar not null,
    programme_name varchar,
    outcome_category varchar not null,
    delivery_modes varchar,
    cohort_count bigint not null,
    enrolment_count bigint,
    state varchar not null
);
comment on table pub.programmes is
'One row per programme. delivery_modes are those of its cohorts, comma-separated.';
comment on column pub.programmes.enrolment_count is 'To the nearest k; null where hidden.';

create table pub.programme_modes (
    programme_id varchar not null,
    delivery_mode varchar,
    reference_mode varchar,
    reference_reason varchar,
    is_aligned boolean,
    has_exception boolean not null,
    exception_review_on date,
    reference_adopted_on date,
    reference_adopted_by_role varchar
);
comment on table pub.programme_modes is
'One row per programme: the delivery mode that it has, and the one that the reference list names for what it is for; null where it has no category.';
comment on column pub.programme_modes.reference_reason is
'category, two_categories, high_stakes_compliance or onboarding; null without a reference.';
comment on column pub.programme_modes.is_aligned is
'Whether the list accepts the mode: a live reference accepts blended. No verdict on the programme.';

create table pub.programme_facts (
    programme_id varchar not null,
    default_delivery_mode varchar,
    hybrid_pattern varchar,
    completion_rule varchar,
    completion_class varchar,
    audience varchar,
    owner_role varchar,
    horizon_days bigint,
    is_mandatory boolean,
    is_high_stakes boolean
);
comment on table pub.programme_facts is
'One row per programme, as the organisation designed it: no result of anybody is in it.';

create table pub.programme_cohorts (
    kpi_id varchar not null,
    programme_id varchar not null,
    cohort_id varchar not null,
    cohort_no bigint not null,
    delivery_mode varchar,
    start_month_date date,
    value double,
    ci_low double,
    ci_high double,
    learner_count bigint,
    session_count bigint,
    live_hours double,
    state varchar not null,
    state_detail varchar
);
comment on table pub.programme_cohorts is
'One row per cohort: its headline KPI over all quarters, and its live time. Numbers are null unless state is shown.';
comment on column pub.programme_cohorts.cohort_no is
'Counted by start within the programme; cohorts are never ordered by their results.';
comment on column pub.programme_cohorts.learner_count is 'To the nearest 2k.';
comment on column pub.programme_cohorts.live_hours is
'Hours of live sessions with an attendance report, to the half hour; null where there are none.';
comment on column pub.programme_cohorts.state is
'shown, hidden (fewer than k people, or to protect such a cohort) or immature.';

create table pub.programme_changes (
    kpi_id varchar not null,
    programme_id varchar not null,
    period_label varchar not null,
    period_end_date date not null,
    value double,
    value_before double,
    standardised_change double,
    ci_low double,
    ci_high double,
    limit_low double,
    limit_high double,
    standardised_to varchar not null,
    change_state varchar not null,
    state varchar not null
);
comment on table pub.programme_changes is
'One row per headline or watched KPI x programme x year of four quarters: whether the value changed against the year before. Numbers are null unless state is shown.';
comment on column pub.programme_changes.standardised_change is
'The change at the same mix of delivery modes, and of people where standardised_to names them; ci_low and ci_high are its interval (97.5 %).';
comment on column pub.programme_changes.limit_low is
'value stays between limit_low and limit_high if nothing has changed since the quarters before.';
comment on column pub.programme_changes.change_state is
'fell or rose: the change is beyond the margin by its whole interval, and value is outside the limits; as_before; or too_little_data.';

create table pub.programme_benchmarks (
    kpi_id varchar not null,
    programme_id varchar not null,
    outcome_category varchar not null,
    period_label varchar not null,
    period_end_date date not null,
    trailing_quarters bigint not null,
    value double,
    benchmark double,
    difference double,
    ci_low double,
    ci_high double,
    own_share double,
    covered_share double,
    reason varchar,
    state varchar not null
);
comment on table pub.programme_benchmarks is
'One row per compared KPI x programme, for the last four quarters: its value, and what its mix of delivery modes and people would give at the rates of the other programmes of its kind. Numbers are null unless state is shown.';
comment on column pub.programme_benchmarks.difference is
'Value less benchmark, to two decimals; ci_low and ci_high are its interval (97.5 %).';
comment on column pub.programme_benchmarks.own_share is
'Share that the programme itself would have of its benchmark, to the nearest twentieth.';
comment on column pub.programme_benchmarks.reason is
'Why there is no benchmark; null where there is one, or where it is hidden.';
comment on column pub.programme_benchmarks.state is
'shown, hidden or cannot_compare.';

create table pub.programme_funnels (
    programme_id varchar not null,
    step varchar not null,
    step_no bigint not null,
    period_start_date date not null,
    period_end_date date not null,
    enrolment_count bigint,
    reached_share double,
    state varchar not null
);
comment on table pub.programme_funnels is
'One row per programme x step (enrolled, started, finished, passed), for four quarters: the share of enrolments whose time is over that came so far.';
comment on column pub.programme_funnels.enrolment_count is
'Enrolments whose time is over, to the nearest k; null where hidden.';
comment on column pub.programme_funnels.reached_share is
'To two decimals; null unless state is shown. passed: finished with a pass on record.';
comment on column pub.programme_funnels.state is
'shown; as_before or as_after: fewer than k people are between this step and the one before or after it; not_measured: it is not recorded; hidden.';

create table pub.break_even (
    programme_id varchar not null,
    mode_a varchar not null,
    mode_b varchar not null,
    currency varchar,
    no_break_even_reason varchar,
    fixed_amount_a double,
    fixed_amount_b double,
    per_person_amount_a double,
    per_person_amount_b double,
    break_even_enrolments double,
    enrolment_count_a bigint,
    enrolment_count_b bigint,
    costed_programme_count bigint,
    programme_count bigint,
    state varchar not null
);
comment on table pub.break_even is
'One row per programme x pair of its delivery modes: at how many enrolments both cost the same, or why that is unknown. Hidden where a mode has fewer than k people.';
comment on column pub.break_even.break_even_enrolments is
'To two significant figures, as are the amounts that it is made from.';
comment on column pub.break_even.enrolment_count_a is 'To the nearest k.';
comment on column pub.break_even.costed_programme_count is
'Programmes of the organisation whose costs are known, of programme_count.';
