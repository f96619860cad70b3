-- Programmes with a changed row in a fact with a waterfall, or known up to another
-- moment.
{{ config(meta={'key': 'programme_id'}) }}

{{ programmes_with_changed_rows() }}
union
select programme_id from {{ changes_of('int_programmes_known_until') }}
