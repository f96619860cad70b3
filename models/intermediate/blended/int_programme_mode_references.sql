-- The reference list says how programmes of a category are usually delivered; what the
-- organisation adopted for itself outranks it.
with

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

categories as (
    select * from {{ ref('outcome_categories') }}
),

own_references as (
    select * from {{ ref('stg_organisation__mode_references') }}
),

usual as (
    select
        categories.outcome_category,
        coalesce(own_references.delivery_mode, categories.usual_mode) as usual_mode,
        own_references.adopted_on,
        own_references.adopted_by_role
    from categories
    left join own_references
        on categories.outcome_category = own_references.outcome_category
),

described as (
    select
        programmes.programme_id,
        programmes.outcome_category,
        programmes.second_outcome_category,
        firsts.usual_mode as first_mode,
        seconds.usual_mode as second_mode,
        firsts.adopted_on,
        firsts.adopted_by_role,
        programmes.is_onboarding,
        programmes.is_high_stakes
        and (
            programmes.outcome_category = 'compliance'
            or coalesce(programmes.second_outcome_category = 'compliance', false)
        ) as is_high_stakes_compliance
    from programmes
    left join usual as firsts
        on programmes.outcome_category = firsts.outcome_category
    left join usual as seconds
        on programmes.second_outcome_category = seconds.outcome_category
),

reasoned as (
    select
        *,
        case
            when is_onboarding then 'onboarding'
            when is_high_stakes_compliance then 'high_stakes_compliance'
            when first_mode <> second_mode then 'two_categories'
            when coalesce(first_mode, second_mode) is not null then 'category'
        end as reference_reason
    from described
)

select
    programme_id,
    outcome_category,
    second_outcome_category,
    reference_reason,
    case
        when reference_reason = 'category' then coalesce(first_mode, second_mode)
        when reference_reason is not null then 'hybrid'
    end as reference_mode,
    adopted_on,
    adopted_by_role
from reasoned
