-- Schema pub of dashboard.duckdb. It holds no person, no key of a person and no group
-- smaller than k. A number is null unless its state is `shown`.

create schema pub;

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

create table pub.kpis (
    kpi_id varchar not null,
    kpi_code varchar,
    kpi_name varchar,
    question varchar,
    numerator_words varchar,
    denominator_words varchar,
    unit varchar,
    direction varchar,
    population_words varchar,
    anchor varchar,
    margin double,
    is_headline boolean,
    list_order bigint,
    tile_slot varchar,
    tile_order bigint,
    fallback_kpi varchar,
    comparable_within varchar,
    estimator varchar,
    decision varchar,
    owner_role varchar,
    review_date date,
    source_fact varchar,
    numerator_column varchar,
    denominator_column varchar,
    since varchar
);
comment on table pub.kpis is 'One row per KPI of the registry: its question, and what it counts.';

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

create table pub.outcome_categories (
    slug varchar not null,
    code varchar,
    label varchar,
    usual_mode varchar
);
comment on table pub.outcome_categories is 'One row per outcome category that is in use.';

create table pub.kpi_cells (
    cube varchar not null,
    kpi_id varchar not null,
    period_label varchar not null,
    period_start_date date not null,
    period_end_date date not null,
    trailing_quarters bigint not null,
    delivery_mode varchar not null,
    outcome_category varchar not null,
    programme_id varchar not null,
    business_unit varchar not null,
    region varchar not null,
    numerator double,
    denominator double,
    value double,
    ci_low double,
    ci_high double,
    learner_count bigint,
    state varchar not null,
    state_detail varchar
);
comment on table pub.kpi_cells is
'One row per KPI x cell of a cube x window of quarters. Numbers are null unless state is shown.';
comment on column pub.kpi_cells.period_label is
'The last quarter of the window: 2026-Q2 is the second quarter of the fiscal year begun in 2026.';
comment on column pub.kpi_cells.trailing_quarters is
'The length of the window in quarters, the last one included.';
comment on column pub.kpi_cells.numerator is
'Null also where the value is shown but fewer than k people are in the numerator or outside it, and where counts are rounded.';
comment on column pub.kpi_cells.denominator is
'Null also where counts are rounded: single quarters, and windows that overlap the exact ones of their length.';
comment on column pub.kpi_cells.ci_low is
'Lower bound of the 95 % confidence interval (Wilson) of a share; null for other units.';
comment on column pub.kpi_cells.learner_count is
'Distinct people in the denominator; to the nearest 2k where counts are rounded.';
comment on column pub.kpi_cells.state is
'shown, hidden, not_measured, immature or no_data; numbers are null unless shown.';

create table pub.kpi_waterfall (
    kpi_id varchar not null,
    trailing_quarters bigint not null,
    period_label varchar not null,
    period_end_date date not null,
    step varchar not null,
    step_no bigint not null,
    row_count bigint,
    state varchar not null
);
comment on table pub.kpi_waterfall is
'One row per KPI x window x step from all rows of its fact to its base, for the whole organisation: what is left out at each step.';
comment on column pub.kpi_waterfall.step is
'all, a reason for which rows are left out, other for reasons too small alone, or base.';
comment on column pub.kpi_waterfall.row_count is
'Enrolments or attendances, to the nearest k: all, left out for the reason, or in the base.';

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

create table pub.plan_status (
    kpi_id varchar not null,
    programme_id varchar not null,
    measure varchar not null,
    fiscal_year bigint not null,
    period_label varchar not null,
    period_start_date date not null,
    period_end_date date not null,
    planned double not null,
    last_year double,
    year_to_date double,
    ci_low double,
    ci_high double,
    learner_count bigint,
    share_of_plan double,
    forecast double,
    forecast_low double,
    forecast_high double,
    forecast_reason varchar,
    status varchar not null,
    reason varchar,
    state varchar not null
);
comment on table pub.plan_status is
'One row per plan: KPI x fiscal year x programme (or all) x measure. Numbers other than the plan are null unless they are published.';
comment on column pub.plan_status.measure is
'What is planned: the value of the KPI, completions (how many it counts) or enrolments (how many are in its base). Counts are to the nearest k.';
comment on column pub.plan_status.fiscal_year is
'The calendar year in which the fiscal year begins; period_label is its newest quarter, and the last of the year to date.';
comment on column pub.plan_status.last_year is
'The same over the whole fiscal year before.';
comment on column pub.plan_status.year_to_date is
'From the first day of the fiscal year to the end of period_label; ci_low and ci_high are its likely range (95 %), for shares alone.';
comment on column pub.plan_status.learner_count is
'People behind the year to date; to the nearest 2k where counts are rounded.';
comment on column pub.plan_status.forecast is
'For the whole fiscal year, from the curves of earlier enrolments: a value with as many more enrolments as a year before, completions of those enrolled by now alone. forecast_low and forecast_high are its likely range (95 %).';
comment on column pub.plan_status.forecast_reason is
'Why there is no forecast: not_forecast, nobody_open, few_open, no_curve or hidden; null where there is one.';
comment on column pub.plan_status.status is
'ahead or behind: the whole likely range of the forecast, or of the year to date where there is none, is on that side of the plan; on_plan: not clearly away from it; cannot_say.';
comment on column pub.plan_status.reason is
'Why nothing can be said: no_data, hidden, no_range, no_direction, not_published, does_not_add_up or enrolments_to_come; null where it is said.';
comment on column pub.plan_status.state is
'Of the year to date: shown, hidden or no_data.';

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

create table pub.page_kpis (
    page varchar not null,
    place varchar not null,
    kpi_id varchar not null,
    position bigint not null,
    is_by_programme boolean not null
);
comment on table pub.page_kpis is
'One row per page x place x KPI: which page reads which KPI. The scorecard has its questions, E1 to E8, as places.';

create table pub.blended_programmes (
    programme_id varchar not null,
    hybrid_pattern varchar not null,
    cohort_count bigint not null,
    has_live_evidence boolean not null
);
comment on table pub.blended_programmes is
'One row per programme with blended cohorts x pattern that the order of events shows. unrecognised: too little is known to recognise one.';
comment on column pub.blended_programmes.has_live_evidence is
'Whether any attendance report of its live sessions was landed.';

create table pub.blended_steps (
    hybrid_pattern varchar not null,
    sequence varchar not null,
    step_no bigint not null,
    step_mode varchar not null,
    period_start_date date not null,
    period_end_date date not null,
    enrolment_count bigint,
    reached_share double,
    lost_share double,
    gap_days_low bigint,
    gap_days_median bigint,
    gap_days_high bigint,
    state varchar not null
);
comment on table pub.blended_steps is
'One row per pattern x sequence of steps x step, for four quarters: how many of those who started reached it and every step before it.';
comment on column pub.blended_steps.enrolment_count is
'Enrolments that started and whose time is over, to the nearest k; null where hidden.';
comment on column pub.blended_steps.reached_share is
'Share of these enrolments, to two decimals; null unless state is shown.';
comment on column pub.blended_steps.lost_share is
'Share of these enrolments lost since the last step that is shown.';
comment on column pub.blended_steps.gap_days_median is
'Days from the end of the step before to its beginning; gap_days_low and gap_days_high are the quartiles. Null for steps side by side, and for few people.';
comment on column pub.blended_steps.state is
'shown; as_before: fewer than k people were lost since the last step that is shown; hidden.';

create table pub.programme_steps (
    programme_id varchar not null,
    hybrid_pattern varchar not null,
    sequence varchar not null,
    step_no bigint not null,
    step_mode varchar not null,
    period_start_date date not null,
    period_end_date date not null,
    enrolment_count bigint,
    reached_share double,
    lost_share double,
    gap_days_low bigint,
    gap_days_median bigint,
    gap_days_high bigint,
    state varchar not null
);
comment on table pub.programme_steps is
'As pub.blended_steps, for the blended cohorts of each programme. Hidden too where a small group would follow from the steps of its pattern.';

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

create table pub.prework_attendance (
    is_prepared boolean not null,
    period_start_date date not null,
    period_end_date date not null,
    seat_count bigint,
    attended_share double,
    ci_low double,
    ci_high double,
    state varchar not null
);
comment on table pub.prework_attendance is
'Two rows: expected attendances of learners who had finished the preparation when the session began, and of those who had not, for four quarters. An association, not an effect.';
comment on column pub.prework_attendance.seat_count is 'To the nearest k; null where hidden.';

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
'all_cells: linear programmes over all cells. exact_cells: over those with exact counts, and bounds over the others.';
comment on column pub.privacy_audit.exposure_count is
'Protected cells that could be narrowed down too far. Above 0, nothing is published.';

create table pub.kpi_statistics (
    kpi_id varchar not null,
    delivery_mode varchar not null,
    outcome_category varchar not null,
    programme_id varchar not null,
    cohort_id varchar not null,
    business_unit varchar not null,
    region varchar not null,
    period_start_date date,
    period_end_date date,
    statistic varchar not null,
    value double,
    state varchar not null
);
comment on table pub.kpi_statistics is
'One row per KPI x cell x statistic (median, p90 ...). Statistics of cells must not be added.';

create table pub.life_curves (
    clock varchar not null,
    delivery_mode varchar not null,
    outcome_category varchar not null,
    programme_id varchar not null,
    day bigint not null,
    finished_share double,
    ci_low double,
    ci_high double,
    at_risk bigint,
    state varchar not null
);
comment on table pub.life_curves is
'One row per clock x cell x day at which at least k more people had the event. finished_share is the cumulative incidence with the competing event.';

create table pub.mode_mix (
    outcome_category varchar not null,
    delivery_mode varchar not null,
    programme_count bigint not null,
    cohort_count bigint not null,
    enrolment_count bigint,
    state varchar not null
);
comment on table pub.mode_mix is 'One row per outcome category x delivery mode in use.';
comment on column pub.mode_mix.enrolment_count is 'To the nearest k; null where hidden.';

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

create table pub.accepted_warnings (
    expectation varchar not null,
    value varchar not null,
    reason varchar not null,
    role varchar not null,
    accepted_at timestamp not null
);
comment on table pub.accepted_warnings is
'One row per failed expectation that a person accepted, with the reason.';
