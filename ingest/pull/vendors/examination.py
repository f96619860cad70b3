"""Whether an interface gives what a pull needs: asked live, nothing lands.

A token is requested, then each endpoint of the interface once, for the last 30 days,
with one attempt each. An answer is looked at for the id that the next endpoint needs;
what a person or meeting is called is never shown.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import quote

from ingest.pull.vendors.access import Access
from ingest.pull.vendors.bigbluebutton import Server
from ingest.pull.vendors.client import Client, Json
from ingest.pull.vendors.run import APIS
from tandem.core.checks import MISSING, RIGHT, UNKNOWN, Check
from tandem.core.errors import DeliveryError, KeyProblem, WrongUse
from tandem.core.settings import Settings

DAYS = 30  # the longest period that one request to Zoom may be about
SECONDS = 15.0  # of connecting, and of each read
SCOPES_IN_TEXT = re.compile(r"\b[a-z_]+:(?:read|write)(?::[a-z_]+)+\b")
FOR_IT = {
    "zoom": "Please add the scope {scope} to our Server-to-Server OAuth app in Zoom.",
    "graph": (
        "Please give our application {scope} with an administrator's consent, and name "
        "this organiser in its access policy."
    ),
    "meet": (
        "Please add the scope {scope} to the domain-wide delegation of our service "
        "account, and enable the Google Meet REST API."
    ),
}


def examine(name: str, settings: Settings, today: date) -> list[Check]:
    """Return what was checked of an interface, in order.

    Args:
        name: of the API: bigbluebutton, graph, meet or zoom.
        settings: its table [api.NAME] holds addresses and options.
        today: the UTC day up to which the interface is asked.

    Raises:
        WrongUse: there is no such API, or a setting cannot be used.
    """
    if name not in APIS:
        raise WrongUse(
            f"no interface is called {name}", "doctor", f"there are {', '.join(APIS)}"
        )
    try:
        access = Access.load(name, settings)
        client = APIS[name].connect(access)
    except KeyProblem as error:
        return [Check("credentials", MISSING, error.what, error.next_step)]
    checks = [Check("credentials", RIGHT, "they are set and can be read")]
    with client:
        client.attempts = 1
        client.http.timeout = SECONDS
        checks += _signed_in(client)
        if checks[-1].state == RIGHT:
            checks += OF_API[name](client, access, today)
    return checks


def _signed_in(client: Client) -> list[Check]:
    if isinstance(client, Server):
        return []  # each call is signed by itself
    try:
        client.sign_in()
    except (KeyProblem, DeliveryError) as error:
        return [Check("token", MISSING, error.what, error.next_step)]
    return [Check("token", RIGHT, "the interface gave one")]


class _Endpoints:
    """Asks endpoints of one API, and notes what each answered."""

    def __init__(self, client: Client, whose: str = "") -> None:
        self.client, self.whose = client, whose
        self.scopes: dict[str, str] = APIS[client.name].SCOPES
        self.checks: list[Check] = []

    def ask(
        self, endpoint: str, path: str, *, may_be_absent: bool = False, **query: object
    ) -> Json:
        """Return the answer of an endpoint, {} where it gives none."""
        what = f"{endpoint}{self.whose}"
        try:
            status, answer = self.client.probe(path, **query)
        except (DeliveryError, KeyProblem) as error:
            next_step = (
                "wait some minutes, then ask again"
                if "429" in error.what
                else "check the address, and that this machine may reach it"
            )
            self.checks.append(Check(what, MISSING, error.what, next_step))
            return {}
        if status == 200 or (status == 404 and may_be_absent):
            self.checks.append(Check(what, RIGHT, f"it answers {status}"))
            return answer
        self.checks.append(self._refused(what, endpoint, status, answer))
        return {}

    def _refused(self, what: str, endpoint: str, status: int, answer: Json) -> Check:
        # Zoom refuses a missing scope by 400 and names it; any other text stays unseen.
        named = SCOPES_IN_TEXT.findall(str(answer.get("message") or ""))
        scope = named[0] if named else self.scopes[endpoint]
        if status == 403 or named:
            return Check(
                what,
                MISSING,
                f"it answers {status}: the permission {scope} is missing",
                "send the sentence to IT",
                FOR_IT[self.client.name].format(scope=scope),
            )
        if status == 401:
            return Check(
                what,
                MISSING,
                "it answers 401: the token is refused",
                "check account and secret; the application may be switched off",
            )
        if status == 404:
            return Check(
                what,
                MISSING,
                "it answers 404: nothing is there",
                "check `url` and, for Teams, the addresses in `users`",
            )
        return Check(what, MISSING, f"it answers {status}", "check the settings")

    def unknown(self, endpoints: list[str], reason: str) -> None:
        """Note endpoints that could not be asked."""
        for endpoint in endpoints:
            what = f"{endpoint}{self.whose}"
            self.checks.append(Check(what, UNKNOWN, f"not checked: {reason}"))


def _zoom(client: Client, _access: Access, today: date) -> list[Check]:
    asked = _Endpoints(client)
    users, meetings, *about = list(asked.scopes)
    period = {"from": str(today - timedelta(days=DAYS)), "to": str(today)}
    answer = asked.ask(users, users, page_size=30, type="active", **period)
    user = _first(answer, "users", "id")
    if user is None:
        asked.unknown([meetings, *about], "it names nobody who held a meeting")
        return asked.checks
    path = meetings.format(user=quote(user, safe=""))
    found = asked.ask(meetings, path, page_size=30, type="past", **period)
    uuid = _first(found, "meetings", "uuid")
    if uuid is None:
        asked.unknown(about, "it names no meeting of that person")
        return asked.checks
    encoded = APIS["zoom"].encoded(uuid)
    for endpoint in about:
        asked.ask(endpoint, endpoint.format(uuid=encoded), may_be_absent=True)
    return asked.checks


def _graph(client: Client, access: Access, today: date) -> list[Check]:
    users = access.listed("users")
    if not users:
        raise WrongUse("users is missing", access.where, 'users = ["ana@example.org"]')
    checks = []
    for number, user in enumerate(users, start=1):
        asked = _Endpoints(client, f", organiser {number} of {len(users)}")
        calendar, meetings, reports = list(asked.scopes)
        query = {
            "startDateTime": f"{today - timedelta(days=DAYS)}T00:00:00Z",
            "endDateTime": f"{today}T00:00:00Z",
            "$select": "onlineMeeting,isOnlineMeeting",
            "$top": 50,
        }
        answer = asked.ask(calendar, calendar.format(user=user), **query)
        link = next(filter(None, map(_link, answer.get("value") or [])), None)
        if link is None:
            asked.unknown([meetings, reports], "no online meeting was found")
        else:
            by_link = {
                "$filter": f"JoinWebUrl eq '{link.replace(chr(39), chr(39) * 2)}'"
            }
            found = asked.ask(meetings, meetings.format(user=user), **by_link)
            meeting = _first(found, "value", "id")
            if meeting is None:
                asked.unknown([reports], "no meeting was found")
            else:
                path = reports.format(user=user, meeting=meeting)
                asked.ask(reports, path)
        checks += asked.checks
    return checks


def _link(event: Json) -> str | None:
    return (event.get("onlineMeeting") or {}).get("joinUrl")


def _meet(client: Client, _access: Access, _today: date) -> list[Check]:
    asked = _Endpoints(client)
    asked.ask("conferenceRecords", "conferenceRecords", pageSize=1)
    return asked.checks


def _bigbluebutton(client: Server, _access: Access, _today: date) -> list[Check]:
    checks = []
    calls = (
        ("getMeetings", "meeting", {}),
        ("getRecordings", "recording", {"limit": "1"}),
    )
    for call, element, query in calls:
        try:
            client.elements(call, element, **query)
            checks.append(Check(call, RIGHT, "the server accepts the shared secret"))
        except (DeliveryError, KeyProblem) as error:
            checks.append(Check(call, MISSING, error.what, error.next_step))
    return checks


def _first(answer: Json, name: str, key: str) -> str | None:
    """Return a text of the first object of a list that has it."""
    listed = answer.get(name) or []
    return next((str(one[key]) for one in listed if one.get(key)), None)


OF_API: dict[str, Callable[..., list[Check]]] = {
    "bigbluebutton": _bigbluebutton,
    "graph": _graph,
    "meet": _meet,
    "zoom": _zoom,
}
