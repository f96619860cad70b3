-- Blended designs: their steps, and preparation before live sessions.

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
