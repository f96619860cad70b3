-- Programmes with a changed enrolment or attendance, or known up to another moment.
{{ config(meta={'key': 'programme_id'}) }}

select programme_id from {{ changes_of('fct_enrolments') }}
union
select programme_id from {{ changes_of('fct_session_attendances') }}
union
select programme_id from {{ changes_of('int_programmes_known_until') }}
