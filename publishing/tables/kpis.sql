-- The KPIs, their cells, and what they are made of.

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

create table pub.page_kpis (
    page varchar not null,
    place varchar not null,
    kpi_id varchar not null,
    position bigint not null,
    is_by_programme boolean not null
);
comment on table pub.page_kpis is
'One row per page x place x KPI: which page reads which KPI. The scorecard has its questions, E1 to E8, as places.';

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
