"""Which columns of the raw tables hold keys of people."""

PERSON_COLUMNS = ("actor_key", "learner_key")
# Hours that were paid for stay in a programme's costs when their facilitator is erased.
KEPT_WITHOUT_PERSON = frozenset({"facilitator_hours"})
PEOPLE = "https://tandem.example/people"  # homePage of a pseudonymous account
