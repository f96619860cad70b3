-- Statements that changed, of which those of live sessions are copied anew.
{{ config(meta={'key': 'statement_id'}) }}

select distinct statement_id
from {{ changes_of('int_current_statements') }}
