"""Judge: measure the profiles, check them against the suites, store the outcome."""

import duckdb

from expectations.baseline import NO_EARLIER_SNAPSHOT, compared_with, last_published
from expectations.findings import Finding, Judgement
from expectations.profiles import Profile, measure
from tandem.core.errors import WarehouseProblem
from tandem.core.files import Home, record_status
from tandem.core.progress import step
from tandem.core.settings import Settings


def judge(home: Home, settings: Settings) -> Judgement:
    """Return whether the warehouse is plausible enough to publish, and why not.

    Writes schema `judged` in the warehouse, Data Docs, and counters in status.json. The
    caller holds the writing lock.

    Raises:
        WarehouseProblem: nothing is built yet.
    """
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "there is no warehouse", str(home.warehouse), "land something first"
        )
    with step("Judging what was delivered"), duckdb.connect(str(home.warehouse)) as con:
        con.execute("set timezone = 'UTC'")
        profile = measure(con, settings.vars)
        judgement = _judged(profile, home, settings)
        from expectations.record import record

        record(con, judgement, profile)
    record_status(
        home,
        "check",
        {
            "passed": judgement.passed,
            "checked": judgement.checked,
            "failed": [finding.message for finding in judgement.findings],
            "notes": list(judgement.notes),
            "reported": list(judgement.reported),
        },
    )
    return judgement


def _judged(profile: Profile, home: Home, settings: Settings) -> Judgement:
    # Great Expectations takes seconds to import, so it is imported only here.
    from expectations import data_docs
    from expectations.checkpoint import check_profiles
    from expectations.suites import suites
    from expectations.suites.records import TABLE, report

    earlier, why_not = last_published(home)
    modules = suites()
    tables = compared_with(profile, earlier, settings.vars["expect_rate_base"])
    data_docs.clear(home.data_docs)
    findings, checked = check_profiles(tables, modules, settings.vars, home.data_docs)
    data_docs.remove_external_resources(home.data_docs)
    notes = ()
    if why_not:
        comparing = [
            expectation.meta["name"]
            for suite in modules
            for expectation in suite.expectations(settings.vars)
            if expectation.meta.get("compares")
        ]
        notes = (f"{why_not}: not judged: {', '.join(comparing)}",)
    if why_not and why_not != NO_EARLIER_SNAPSHOT:
        findings.append(_unreadable(why_not))
    return Judgement(
        not findings, tuple(findings), notes, checked, report(profile[TABLE])
    )


def _unreadable(why: str) -> Finding:
    return Finding(
        "earlier_profile_readable",
        "snapshot",
        "last snapshot",
        "unreadable",
        "a profile to compare with",
        f"snapshot: {why}, so nothing could be compared with it",
    )
