"""Agents of xAPI made from an e-mail address or an account, and when two are one."""

import json
import re
from typing import Any

from ingest.identity.pseudonyms import folded

_ADDRESS = re.compile(r"^[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+$")

Agent = dict[str, Any]


def mail_agent(email: str, name: str = "") -> Agent | None:
    """Return the Agent of an e-mail address, None where the text is none."""
    email = email.strip().removeprefix("mailto:")
    if not _ADDRESS.match(email):
        return None
    named = {"name": name} if name else {}
    return {"objectType": "Agent", "mbox": f"mailto:{email}"} | named


def account_agent(home_page: str, name: str, shown: str = "") -> Agent:
    """Return the Agent of an account."""
    named = {"name": shown} if shown else {}
    account = {"homePage": home_page, "name": name}
    return {"objectType": "Agent", "account": account} | named


def text_of(agent: Agent) -> str:
    """Return an Agent as JSON text with sorted keys, for a column of a frame."""
    return json.dumps(agent, sort_keys=True, ensure_ascii=False)


def same_person(agent: Agent) -> str:
    """Return a text that is equal for Agents of one identifier; names are ignored."""
    if "mbox" in agent:
        return folded(agent["mbox"])
    return text_of({key: value for key, value in agent.items() if key != "name"})
