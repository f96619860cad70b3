"""Accounts of Google users, as Meet's API and the directory of Workspace name them."""

from ingest.xapi.profiles.virtual_classroom import Agent

HOME_PAGE = "https://meet.google.com"


def google_account(resource_name: str) -> Agent:
    """Return the Agent of a resource name such as `users/{id}`."""
    account = {"homePage": HOME_PAGE, "name": resource_name}
    return {"objectType": "Agent", "account": account}
