with

committed as (
    {{ committed_reports('session_claims') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

-- A report claims once per connection. Of two reports the larger sum counts, since the
-- smaller is the earlier, incomplete one.
summed_by_report as (
    select
        source,
        technical_session_id,
        learner_key,
        claim,
        load_id,
        {{ exact_sum('value') }} as value
    from of_learners
    group by source, technical_session_id, learner_key, claim, load_id
),

renamed as (
    select
        ---------- ids
        source,
        technical_session_id,
        learner_key,
        ---------- strings
        claim,
        ---------- numerics
        max(value) as value
    from summed_by_report
    group by source, technical_session_id, learner_key, claim
)

select * from renamed
