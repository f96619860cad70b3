"""Keys: one person's forms meet, two people's never do, every process agrees."""

import hashlib
import json
import os
import stat
import subprocess
import sys
import unicodedata

import polars as pl
import pytest

from ingest.identity.named_people import (
    ErasedNames,
    naming,
    patterns_of,
    written_words,
)
from ingest.identity.pseudonyms import Pseudonyms
from ingest.identity.replacement import replace_people
from ingest.identity.secret import fingerprint, keyed, load_secret, secret_file
from ingest.identity.tombstones import tombstones_of
from ingest.identity.words import words_of
from tandem.core.errors import KeyProblem

SECRET = b"a secret for this test alone"


def key_of(agent):
    return Pseudonyms(SECRET).key_of(agent)


def sha1(text):
    return hashlib.sha1(text.encode()).hexdigest()


def test_a_key_is_128_bits_of_a_keyed_hash_of_kind_and_identifier():
    agent = {"account": {"homePage": "https://lms.example", "name": "anna"}}
    assert key_of(agent) == keyed(SECRET, "account", "https://lms.example\x1fanna")
    assert len(key_of(agent)) == 32


@pytest.mark.parametrize(
    "form",
    [
        {"mbox": "mailto:anna@example.org"},
        {"mbox": "mailto:Anna@Example.ORG"},
        {"mbox_sha1sum": sha1("mailto:anna@example.org")},
        {"mbox_sha1sum": sha1("mailto:anna@example.org").upper()},
        {"mbox": "mailto:anna@example.org", "name": "Anna", "objectType": "Agent"},
    ],
)
def test_the_forms_of_one_address_have_one_key(form):
    assert key_of(form) == key_of({"mbox": "mailto:anna@example.org"})


def test_the_sum_of_an_address_as_written_is_an_alias():
    met = Pseudonyms(SECRET)
    key = met.key_of({"mbox": "mailto:Anna@Example.org"})
    alias = met.key_of({"mbox_sha1sum": sha1("mailto:Anna@Example.org")})
    assert alias != key
    assert met.aliases == {(alias, key)}


def test_an_account_belongs_to_its_home_page():
    one, other = (
        key_of({"account": {"homePage": home, "name": "anna"}})
        for home in ("https://a.example", "https://b.example")
    )
    assert one != other


def test_another_secret_gives_other_keys():
    agent = {"mbox": "mailto:anna@example.org"}
    assert key_of(agent) != Pseudonyms(b"another secret").key_of(agent)


def test_an_anonymous_group_has_no_key_but_its_members_do():
    group = {"objectType": "Group", "member": [{"mbox": "mailto:anna@example.org"}]}
    shown = replace_people({"actor": group}, Pseudonyms(SECRET).key_of)
    account = {"homePage": "https://tandem.example/people", "name": None}
    account["name"] = key_of({"mbox": "mailto:anna@example.org"})
    assert shown == {"actor": {"objectType": "Group", "member": [{"account": account}]}}


def test_keys_are_the_same_in_another_process():
    agent = {"mbox": "mailto:anna@example.org"}
    code = (
        "import json, sys; from ingest.identity.pseudonyms import Pseudonyms;"
        "print(Pseudonyms(sys.argv[1].encode()).key_of(json.loads(sys.argv[2])))"
    )
    command = [sys.executable, "-c", code, SECRET.decode(), json.dumps(agent)]
    environment = dict(os.environ) | {"PYTHONHASHSEED": "5"}
    other = subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment
    )
    assert other.stdout.strip() == key_of(agent)


def test_a_key_file_is_made_once_for_the_owner_alone(monkeypatch, tmp_path):
    monkeypatch.delenv("TANDEM_PSEUDONYM_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    made = load_secret(may_make=True)
    assert stat.S_IMODE(secret_file().stat().st_mode) == 0o600
    assert load_secret(may_make=False) == made
    secret_file().chmod(0o644)
    with pytest.raises(KeyProblem, match="others can read"):
        load_secret(may_make=False)


def test_no_key_is_made_where_a_vault_needs_the_old_one(monkeypatch, tmp_path):
    monkeypatch.delenv("TANDEM_PSEUDONYM_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(KeyProblem, match="missing"):
        load_secret(may_make=False)
    assert not secret_file().exists()


def test_a_short_key_is_refused(monkeypatch):
    monkeypatch.setenv("TANDEM_PSEUDONYM_KEY", "short")
    with pytest.raises(KeyProblem, match="shorter"):
        load_secret(may_make=True)


def test_a_fingerprint_does_not_show_the_secret():
    assert SECRET.decode() not in fingerprint(SECRET)
    assert fingerprint(SECRET) != fingerprint(b"another secret")


@pytest.mark.parametrize("written", ["İPEK@EXAMPLE.ORG", "IPEK@example.org", "ıpek@x"])
def test_a_turkish_program_changes_no_ones_address(written: str):
    small = "ipek@" + written.partition("@")[2]

    assert key_of({"mbox": f"mailto:{written}"}) == key_of({"mbox": f"mailto:{small}"})


ROSALIND = {"mbox": "mailto:rq77@example.org", "name": "Rosalind Quimbleton"}
ROSALINDS_ACCOUNT = {"account": {"homePage": "https://lms.example", "name": "rquimb77"}}


@pytest.mark.parametrize(
    ("home", "name"),
    [
        ("https://sso.example.org/?u=rq77%40example.org", "9931"),
        ("https://sso.example.org/rq77@example.org", "9932"),
        ("https://sso.example.org/Rosalind%20Quimbleton", "4"),
        ("https://lms.example.org/~rquimb77", "5"),
        (f"https://id.example.org/{sha1('mailto:rq77@example.org').upper()}", "6"),
        ("https://sso.example.org", "google-oauth2|rq77@example.org"),
        ("https://sso.example.org/?n=Ros%C2%ADalind+Quim%E2%80%8Bbleton", "7"),
    ],
)
def test_an_account_that_names_somebody_erased_is_not_kept(home: str, name: str):
    account = {"account": {"homePage": home, "name": name}}
    before = Pseudonyms(SECRET)
    before.key_of(account)
    marks = tombstones_of(SECRET, [ROSALIND, ROSALINDS_ACCOUNT])
    met = Pseudonyms(SECRET, frozenset(marks))
    assert met.key_of(account) == before.key_of(account)
    assert len(before.identifiers) == 1
    assert met.identifiers == set()


@pytest.mark.parametrize(
    "home",
    ["https://sso.example.org/?u=arq77%40example.org", "https://lms.example.org/~rq"],
)
def test_an_account_of_somebody_else_is_kept(home: str):
    marks = tombstones_of(SECRET, [ROSALIND, ROSALINDS_ACCOUNT])
    met = Pseudonyms(SECRET, frozenset(marks))
    met.key_of({"account": {"homePage": home, "name": "9931"}})
    assert len(met.identifiers) == 1


@pytest.mark.parametrize(
    "text",
    [
        "with Ros\u00adalind Quim\u200bbleton",
        "with Ros&shy;alind Quim&ZeroWidthSpace;bleton",
        "with \ufeffRosalind\u2060 Quimble\u200dton\u200e",
        "with Ros%C2%ADalind%20Quimbleton",
    ],
)
def test_characters_that_nobody_sees_hide_no_name(text: str):
    marks = frozenset(tombstones_of(SECRET, [ROSALIND]))
    assert ErasedNames(SECRET, marks).named_in(text)
    written = pl.Series([written_words(text)])
    assert naming(written, patterns_of([ROSALIND["name"]])).to_list() == [True]
    hidden = ROSALIND["name"].replace("al", "\u00adal")
    assert naming(written, patterns_of([hidden])).to_list() == [True]


def test_every_format_character_is_left_out_of_words():
    characters = map(chr, range(sys.maxunicode + 1))
    hidden = [c for c in characters if unicodedata.category(c) == "Cf"]
    assert [c for c in hidden if words_of(f"Ros{c}alind") != ["rosalind"]] == []
