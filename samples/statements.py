"""Events as xAPI statements: cmi5 for units and tests, the video profile for videos.

Texts are concatenated by column; what repeats (verbs, activities, cohorts) is
serialised once and gathered by index.
"""

import json

import numpy as np
import polars as pl

from samples.activities import BASE, LIBRARY, Activity, cohort_iri
from samples.catalogue import programmes
from samples.cohorts import Cohort
from samples.devices import EXTENSION, USER_AGENTS, draw_devices
from samples.enrolments import Enrolments, uuids
from samples.events import CODE, KINDS
from samples.people import People
from samples.plan import Plan
from samples.statement_parts import (
    CMI5,
    VIDEO_EXTENSION,
    context,
    moment,
    result,
)

LMS = "https://lms.example.org"
ADL, VIDEO = "http://adlnet.gov/expapi/verbs/", "https://w3id.org/xapi/video/verbs/"
VERBS = {
    "registered": ADL + "registered",
    "unregistered": "http://id.tincanapi.com/verb/unregistered",
    "programme_completed": ADL + "completed",
    "mistaken_completion": ADL + "completed",
    "launched": ADL + "launched",
    "initialized": ADL + "initialized",
    "completed": ADL + "completed",
    "passed": ADL + "passed",
    "failed": ADL + "failed",
    "terminated": ADL + "terminated",
    "video_initialized": ADL + "initialized",
    "video_played": VIDEO + "played",
    "video_paused": VIDEO + "paused",
    "video_completed": ADL + "completed",
    "video_terminated": ADL + "terminated",
    "experienced": ADL + "experienced",
    "voided": ADL + "voided",
}
MILESTONES = KINDS[:4]
CATEGORY_CMI5 = {"id": f"{CMI5}/categories/cmi5"}
CATEGORY_MOVE_ON = {"id": f"{CMI5}/categories/moveon"}
CATEGORY_VIDEO = {"id": "https://w3id.org/xapi/video"}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _gather(texts: list[str | None], index: np.ndarray | pl.Series) -> pl.Series:
    return pl.Series(texts, dtype=pl.String).gather(pl.Series(index))


def with_statement_ids(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    """Add a statement id to every event."""
    return rows.with_columns(id=pl.Series(uuids(plan.stream("ids"), rows.height)))


def build_statements(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    activities: list[Activity],
    rows: pl.DataFrame,
) -> pl.DataFrame:
    """Return `stored` (ms) and `statement` (JSON) of each event."""
    complete = _with_parts(plan, people, cohorts, enrolments, activities, rows)
    text = pl.concat_str(
        pl.lit('{"id":"'),
        "id",
        pl.lit('","actor":{"objectType":"Agent","account":{"homePage":"'),
        pl.lit(f'{LMS}","name":"'),
        "lms_id",
        pl.lit('"}},"verb":'),
        "verb",
        pl.lit(',"object":'),
        "object",
        pl.concat_str(pl.lit(',"result":'), result()),
        pl.lit(',"context":'),
        context(),
        pl.lit(',"timestamp":"'),
        moment("at"),
        pl.when("has_no_zone").then(pl.lit("")).otherwise(pl.lit("Z")),
        pl.lit('","stored":"'),
        moment("stored"),
        pl.lit(f'Z","authority":{_json(_agent("lrs"))},"version":"1.0.3"}}'),
        ignore_nulls=True,
    )
    return complete.select("stored", text.alias("statement"))


def voiding_statements(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    """Return `stored` and `statement` of `defects.voidings`."""
    ids = pl.Series("id", uuids(plan.stream("voiding ids"), rows.height))
    verb = {"id": VERBS["voided"], "display": {"en": "voided"}}
    text = pl.concat_str(
        pl.lit('{"id":"'),
        "id",
        pl.lit(f'","actor":{_json(_agent("administrator"))},"verb":{_json(verb)}'),
        pl.lit(',"object":{"objectType":"StatementRef","id":"'),
        "target",
        pl.lit('"},"timestamp":"'),
        moment("at"),
        pl.lit('Z","stored":"'),
        moment("stored"),
        pl.lit(f'Z","authority":{_json(_agent("lrs"))},"version":"1.0.3"}}'),
    )
    return rows.with_columns(ids).select("stored", text.alias("statement"))


def _agent(name: str) -> dict:
    return {"objectType": "Agent", "account": {"homePage": LMS, "name": name}}


def _with_parts(
    plan: Plan,
    people: People,
    cohorts: list[Cohort],
    enrolments: Enrolments,
    activities: list[Activity],
    rows: pl.DataFrame,
) -> pl.DataFrame:
    """Add the texts and numbers that contexts and results need."""
    kind = rows["kind"].to_numpy()
    is_library = kind == CODE["experienced"]
    enrolment = np.where(is_library, 0, rows["enrolment"].to_numpy())
    person = enrolments.person[enrolment]
    person = np.where(is_library, rows["enrolment"].to_numpy(), person)
    activity = _activity_index(activities, enrolments, rows, enrolment, is_library)
    names = [cohort_iri(cohort) for cohort in cohorts]
    registration = _gather(enrolments.registration, enrolment)
    devices = draw_devices(plan, len(enrolments.person))[enrolment]
    secure = len(KINDS) * rows["is_https"].to_numpy()
    return rows.with_columns(
        lms_id=people.frame["lms_id"].gather(pl.Series(person)),
        language=people.frame["language"].gather(pl.Series(person)),
        verb=_gather(_verbs(), kind + secure),
        category=_gather(_categories(), kind),
        extras=_gather(_kind_extensions(), kind),
        device=_gather(_devices(), devices % (len(USER_AGENTS) + 1)),
        cohort=_gather(names, enrolments.cohort[enrolment]),
        session=_sessions(plan, rows),
        score=_scores(plan, kind),
        is_library=pl.Series(is_library),
        registration=registration,
        **_activity_columns(activities, activity, rows),
    ).with_columns(
        registration=pl.when(~pl.col("has_no_registration") & ~pl.col("is_library"))
        .then("registration")
        .otherwise(None)
    )


def _activity_columns(
    activities: list[Activity], activity: np.ndarray, rows: pl.DataFrame
) -> dict[str, pl.Series]:
    """Return the columns that depend on the activity: texts, is_test, length."""
    library = [False] * len(LIBRARY)
    tests = [a.role == "final_assessment" for a in activities] + library
    length = np.array([a.minutes * 60 for a in activities] + [0] * len(LIBRARY))
    reached = np.minimum(rows["seconds"].to_numpy(), length[activity])
    return {
        "object": _gather(_objects(activities), activity),
        "own_grouping": _gather(_groupings(activities), activity),
        "is_test": pl.Series(np.array(tests)[activity]),
        "length": pl.Series(length[activity]),
        "reached": pl.Series(reached),
    }


def _sessions(plan: Plan, rows: pl.DataFrame) -> pl.Series:
    count = int(rows["visit"].max() or 0) + 1
    found = uuids(plan.stream("visit ids"), count)
    return _gather(found, np.maximum(rows["visit"].to_numpy(), 0))


def _scores(plan: Plan, kind: np.ndarray) -> pl.Series:
    """Draw scaled scores: at or above mastery where passed, below it elsewhere."""
    rng = plan.stream("results")
    passing = rng.beta(2, 2, len(kind)) * 0.2 + 0.8
    failing = rng.uniform(0.3, 0.79, len(kind))
    return pl.Series(np.round(np.where(kind == CODE["passed"], passing, failing), 2))


def _activity_index(
    activities: list[Activity],
    enrolments: Enrolments,
    rows: pl.DataFrame,
    enrolment: np.ndarray,
    is_library: np.ndarray,
) -> np.ndarray:
    """Return each event's activity; that of a milestone is the programme itself."""
    own = {a.programme_id: at for at, a in enumerate(activities) if _is_whole(a)}
    whole = np.array([own[p.programme_id] for p in programmes()])
    given = rows["activity"].to_numpy()
    about = np.where(given >= 0, given, whole[enrolments.programme[enrolment]])
    return np.where(is_library, len(activities) + given, about)


def _is_whole(activity: Activity) -> bool:
    return activity.role == "programme" and not activity.cohort_id


def _verbs() -> list[str]:
    """Return each kind's verb with its http IRI, then with its https IRI."""
    found = [{"id": VERBS[kind], "display": {"en": _verb_name(kind)}} for kind in KINDS]
    secure = [
        verb | {"id": verb["id"].replace("http://adl", "https://adl")} for verb in found
    ]
    return [_json(verb) for verb in found + secure]


def _verb_name(kind: str) -> str:
    return VERBS[kind].rsplit("/", 1)[1]


def _objects(activities: list[Activity]) -> list[str]:
    found = [
        {
            "objectType": "Activity",
            "id": activity.iri,
            "definition": {
                "name": {"en": activity.name},
                "type": activity.activity_type,
            },
        }
        for activity in activities
    ]
    page = {"type": "http://activitystrea.ms/page"}
    found += [
        {"objectType": "Activity", "id": f"{BASE}/library/{name}", "definition": page}
        for name in LIBRARY
    ]
    return [_json(entry) for entry in found]


def _groupings(activities: list[Activity]) -> list[str | None]:
    """Return the grouping activities of each: the publisher's id and the course."""
    found: list[str | None] = []
    for activity in activities:
        course = _json({"id": f"{BASE}/programmes/{activity.programme_id}"})
        slug = activity.iri.rsplit("/programmes/", 1)[-1].lower().replace("/", "-")
        publisher = _json({"id": f"https://publisher.example.com/au/{slug}"})
        is_unit = activity.role != "programme" and not activity.cohort_id
        texts = [publisher] * is_unit + [course] * (not _is_whole(activity))
        found.append("".join(text + "," for text in texts))
    return found + [None] * len(LIBRARY)


def _categories() -> list[str | None]:
    found: list[str | None] = []
    for kind in KINDS:
        named: list[dict] = []
        if kind in ("launched", "initialized", "terminated"):
            named = [CATEGORY_CMI5]
        elif kind in ("completed", "passed", "failed"):
            named = [CATEGORY_CMI5, CATEGORY_MOVE_ON]
        elif kind.startswith("video"):
            named = [CATEGORY_VIDEO]
        found.append(f'"category":{_json(named)},' if named else None)
    return found


def _devices() -> list[str]:
    """Return the extension of each kind of device; the last one is for none."""
    return [f',"{EXTENSION}":"{text}"' for text in USER_AGENTS.values()] + [""]


def _kind_extensions() -> list[str | None]:
    """Return the context extensions of each kind, without the session id."""
    launch = {
        f"{CMI5}/extensions/launchmode": "Normal",
        f"{CMI5}/extensions/moveon": "CompletedOrPassed",
        f"{CMI5}/extensions/launchurl": "https://content.example.org/launch",
    }
    texts: dict[str, str] = {kind: "" for kind in KINDS if kind not in MILESTONES}
    texts["launched"] = "," + _json(launch)[1:-1]
    threshold = {f"{VIDEO_EXTENSION}/completion-threshold": 0.95}
    texts["video_initialized"] = "," + _json(threshold)[1:-1]
    return [texts.get(kind) for kind in KINDS]
