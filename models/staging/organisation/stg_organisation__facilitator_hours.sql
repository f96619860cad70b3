with

committed as (
    {{ committed_reports('facilitator_hours') }}
),

of_facilitators as (
    {{ with_learners(
        'committed', learner='facilitator_key', keeps_restricted=true
    ) }}
),

summed_by_report as (
    select
        load_id,
        reported_at,
        source,
        programme_id,
        cohort_id,
        facilitator_key,
        kind,
        worked_on,
        cast(sum({{ whole_number('hours * 3600000000.0') }}) as bigint) as worked_micros
    from of_facilitators
    group by
        load_id,
        reported_at,
        source,
        programme_id,
        cohort_id,
        facilitator_key,
        kind,
        worked_on
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                "source",
                "programme_id",
                "coalesce(cohort_id, '')",
                "coalesce(facilitator_key, '')",
                "kind",
                "worked_on",
            ],
            content=['worked_micros', 'load_id']
        ) }} as report_rank
    from summed_by_report
),

renamed as (
    select
        ---------- ids
        source,
        programme_id,
        cohort_id,
        facilitator_key,
        ---------- strings
        kind,
        ---------- numerics
        {{ hours_of_micros('worked_micros') }} as hours,
        ---------- dates
        worked_on
    from ranked
    where report_rank = 1
)

select * from renamed
