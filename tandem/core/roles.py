"""The roles of readers."""

LEADER = "leader"
PROGRAMME_OWNER = "programme_owner"
ANALYST = "analyst"
DATA_PROTECTION_OFFICER = "data_protection_officer"
ROLES = (LEADER, PROGRAMME_OWNER, ANALYST, DATA_PROTECTION_OFFICER)
OPERATOR = "operator"  # runs the command line; no reader of the dashboard
