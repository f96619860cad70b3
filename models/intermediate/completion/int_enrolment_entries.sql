-- Roster entries and the spells that statements tell of, each enrolment once: a
-- learner's first spell is the roster's entry seen from the other side.
with

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

consents as (
    select * from {{ ref('stg_organisation__consents') }}
),

entries as (
    select
        *,
        {{ row_key([
            'learner_key', 'programme_id', 'cohort_id', 'registration', 'period_key'
        ]) }} as entry_key
    from {{ ref('stg_organisation__enrolments') }}
    where role = 'learner'
),

roster as (
    select entries.*
    from entries
    left join programmes on entries.programme_id = programmes.programme_id
    left join consents
        on
            entries.programme_id = consents.programme_id
            and entries.learner_key = consents.learner_key
    where {{ may_be_analysed('programmes.legal_basis', 'consents.is_given') }}
),

spells as (
    select
        *,
        {{ row_key([
            'learner_key', 'programme_id', 'cohort_id', 'registration', 'spell_no'
        ]) }} as spell_key
    from {{ ref('int_enrolment_spells') }}
),

matches as (
    select
        roster.entry_key,
        spells.spell_key,
        spells.registered_at,
        spells.unregistered_at,
        spells.is_unregistered,
        row_number() over (
            partition by spells.spell_key
            order by
                case
                    when roster.registration = spells.registration then 0 else 1
                end asc,
                case when roster.cohort_id = spells.cohort_id then 0 else 1 end asc,
                roster.entry_key asc
        ) as match_rank
    from roster
    inner join spells
        on
            roster.learner_key = spells.learner_key
            and roster.programme_id = spells.programme_id
            and coalesce(roster.cohort_id, spells.cohort_id, '')
            = coalesce(spells.cohort_id, roster.cohort_id, '')
            and coalesce(roster.registration, spells.registration, '')
            = coalesce(spells.registration, roster.registration, '')
            and spells.spell_no = 1
),

absorbed as (
    select
        entry_key,
        min(registered_at) as registered_at,
        max(unregistered_at) as unregistered_at,
        max(case when is_unregistered then 1 else 0 end) = 1 as is_unregistered
    from matches
    where match_rank = 1
    group by entry_key
),

from_roster as (
    select
        roster.entry_key as enrolment_id,
        roster.learner_key,
        roster.programme_id,
        roster.cohort_id,
        roster.registration,
        roster.period_key,
        roster.segment,
        roster.business_unit,
        roster.region,
        roster.language,
        roster.tenure_band,
        roster.prior_completion_band,
        roster.previous_attempts,
        roster.studied_credits,
        roster.is_waived,
        coalesce(
            roster.is_withdrawn,
            case when roster.withdrawn_at is not null then true end,
            absorbed.is_unregistered,
            false
        ) as is_withdrawn,
        coalesce(roster.enrolled_at, absorbed.registered_at) as enrolled_at,
        coalesce(roster.withdrawn_at, absorbed.unregistered_at) as withdrawn_at,
        roster.due_at
    from roster
    left join absorbed on roster.entry_key = absorbed.entry_key
),

from_statements as (
    select
        spells.spell_key as enrolment_id,
        spells.learner_key,
        spells.programme_id,
        spells.cohort_id,
        spells.registration,
        spells.is_unregistered as is_withdrawn,
        spells.registered_at as enrolled_at,
        spells.unregistered_at as withdrawn_at
    from spells
    left join matches
        on spells.spell_key = matches.spell_key and matches.match_rank = 1
    where matches.spell_key is null
)

select
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    registration,
    period_key,
    segment,
    business_unit,
    region,
    language,
    tenure_band,
    prior_completion_band,
    previous_attempts,
    studied_credits,
    is_waived,
    is_withdrawn,
    enrolled_at,
    withdrawn_at,
    due_at
from from_roster
union all
select
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    registration,
    cast(null as {{ dbt.type_string() }}) as period_key,
    cast(null as {{ dbt.type_string() }}) as segment,
    cast(null as {{ dbt.type_string() }}) as business_unit,
    cast(null as {{ dbt.type_string() }}) as region,
    cast(null as {{ dbt.type_string() }}) as language,
    cast(null as {{ dbt.type_string() }}) as tenure_band,
    cast(null as {{ dbt.type_string() }}) as prior_completion_band,
    cast(null as bigint) as previous_attempts,
    cast(null as double) as studied_credits,
    false as is_waived,
    is_withdrawn,
    enrolled_at,
    withdrawn_at,
    cast(null as timestamp) as due_at
from from_statements
