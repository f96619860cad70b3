"""Nobody can be read in the warehouse after landing, in any byte or value."""

import duckdb

from tandem.core.files import Home

SECRETS = (
    "anna.schmidt@example.org",
    "Anna Schmidt",
    "Schmidt",
    "tutor-7",
    "Team Rocket",
    "+48 123 456 789",
    "10.11.12.13",
    "I think my manager",
    "bob@example.org",
    "bob%40example.org",
)


def revealing(statement):
    anna = {"mbox": "mailto:anna.schmidt@example.org", "name": "Anna Schmidt"}
    tutor = {"account": {"homePage": "https://lms.example", "name": "tutor-7"}}
    team = {
        "objectType": "Group",
        "name": "Team Rocket",
        "mbox": "mailto:rocket.schmidt@example.org",
        "member": [anna, tutor],
    }
    agent = {"objectType": "Agent", **anna}
    yield statement(1, actor=anna, authority=anna)
    yield statement(2, actor=team, object=agent)
    yield statement(3, context={"instructor": tutor, "team": team})
    yield statement(
        4,
        object={
            "objectType": "SubStatement",
            "actor": anna,
            "verb": {"id": "https://verb.example/x"},
            "object": agent,
        },
    )
    yield statement(
        5,
        actor=anna,
        version="2.0.0",
        context={
            "contextAgents": [{"objectType": "contextAgent", "agent": anna}],
            "contextGroups": [{"objectType": "contextGroup", "group": team}],
        },
    )
    yield statement(
        6,
        result={
            "response": "I think my manager Schmidt ...",
            "extensions": {"https://lms.example/teacher": "Anna Schmidt"},
        },
        context={"platform": "call +48 123 456 789"},
        object={
            "id": "https://lms.example/users/bob@example.org/notes",
            "definition": {
                "name": {"en": "From 10.11.12.13"},
                "extensions": {"https://lms.example/who": ["Anna Schmidt"]},
            },
        },
    )
    yield statement(7, object={"id": "https://lms.example/u/bob%40example.org"})
    yield statement(8, actor=anna | {"openid": "https://schmidt.example"})
    yield statement(9, verb={"id": "Anna Schmidt"}, actor=anna)
    yield '{"actor": "Anna Schmidt'


def test_no_identifier_is_in_any_byte_of_what_lands(statement, write, land, home):
    found = list(revealing(statement))
    (report,) = land(write("Anna Schmidt.ndjson", [*found, *found, *found]))
    assert (report.landed_count, report.rejected_count) == (7, 9)
    seen = [path for path in bytes_of(home) if path.name != "vault.duckdb"]
    assert home.warehouse in seen
    for path in seen:
        content = path.read_bytes()
        assert not [secret for secret in SECRETS if secret.encode() in content], path


def bytes_of(home: Home):
    return [path for path in home.root.rglob("*") if path.is_file()]


def test_no_identifier_is_in_any_value_of_what_lands(statement, write, land, home):
    land(write("a.ndjson", list(revealing(statement))))
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        tables = connection.sql("""
            select table_name from information_schema.tables where table_schema = 'raw'
        """).fetchall()
        values = " ".join(
            str(connection.table(f"raw.{table}").fetchall()) for (table,) in tables
        )
    assert not [secret for secret in SECRETS if secret in values]


def test_the_vault_knows_who_the_keys_are(statement, write, land, home, ask):
    land(write("a.ndjson", [statement(1)]))
    ((key,),) = ask("select actor_key from raw.statements")
    with duckdb.connect(str(home.vault), read_only=True) as vault:
        identifiers = vault.sql("select actor_key, kind, identifier from identifiers")
        assert identifiers.fetchall() == [(key, "mbox", "mailto:anna@example.org")]
        names = vault.sql("select actor_key, name from names").fetchall()
        assert names == [(key, "Anna Schmidt")]
    assert home.vault.stat().st_mode & 0o077 == 0
