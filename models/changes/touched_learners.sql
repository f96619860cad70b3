-- Learners of statements whose programme or content changed.
{{ config(meta={'key': 'learner_key'}) }}

select distinct learner_key
from {{ changes_of('int_statements_bound_to_programmes') }}
where learner_key is not null
