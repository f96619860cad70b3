-- Enrolments with a changed value of a KPI that does not add up.
{{ config(meta={'key': 'enrolment_id'}) }}

select enrolment_id from {{ changes_of('fct_learner_engagement') }}
union
select enrolment_id from {{ changes_of('fct_submissions') }}
union
select enrolment_id from {{ changes_of('kpi_time_to_completion') }}
