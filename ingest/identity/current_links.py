"""The link of each account that counts now: decisions first, derived links after."""

# The latest link of an account among those that a source or a person stated. A later
# date outranks an earlier one; on equal dates a revocation outranks a link.
STATED_LINKS = """
select actor_key, learner_key, rule, is_revoked
from raw.identity_links semi join raw.loads using (load_id)
qualify row_number() over (
    partition by actor_key
    order by valid_from desc nulls last, is_revoked desc, learner_key asc
) = 1
"""
# A stated link, also a revoked one, outranks what the rules derive for the account.
CURRENT_LINKS = f"""
select actor_key, learner_key, rule from ({STATED_LINKS}) where not is_revoked
union all
select actor_key, learner_key, rule from raw.derived_links
anti join ({STATED_LINKS}) as stated using (actor_key)
"""
