"""Who is told what, once: roles, business units, packs, and what was sent before."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboards.review_pack import manifest
from tandem.cli.main import app
from tandem.core.access_log import read_accesses
from tandem.core.errors import TandemError, WrongUse
from tandem.core.files import Home
from tandem.notices.packs import PackRefused, packs_of
from tandem.notices.run import Report, notify
from tandem.notices.sent import NotLogged
from tests.notices.published import NOW, change, publish, recipient, settings, smtp
from tests.notices.servers import Mailbox, free_port, mail_server

LATE = {"connector": "xapi_file", "source": "lms", "watermark_at": "2026-04-01"}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with mail_server(mailbox):
        yield mailbox


def told(home: Home, mailbox: Mailbox, *rows: str, **options: object) -> Report:
    text = smtp(mailbox.port) + "".join(rows)
    now = options.pop("now", NOW)
    return notify(home, settings(home, text), now, **options)


def test_a_notice_is_said_once_and_again_when_asked(home: Home, mailbox: Mailbox):
    publish(home, LATE)
    first = told(home, mailbox, recipient("a"))
    assert first.outcomes[0].keys == ["late_source:lms:2026-04-01"]
    assert told(home, mailbox, recipient("a")).outcomes[0].keys == []
    assert len(mailbox.mails) == 1
    told(home, mailbox, recipient("a"), again=True)
    assert len(mailbox.mails) == 2
    told(home, mailbox, recipient("a"), recipient("b"))
    assert [to for to, _mail in mailbox.mails[2:]] == ["b@example.org"]


def test_a_change_and_a_recurrence_are_said_again(home: Home, mailbox: Mailbox):
    publish(home, {"rejected_count": 150})
    told(home, mailbox, recipient("a"))
    publish(home, {"rejected_count": 190})  # the same step of ten
    told(home, mailbox, recipient("a"))
    assert len(mailbox.mails) == 1
    publish(home, {"rejected_count": 250})
    told(home, mailbox, recipient("a"))
    assert len(mailbox.mails) == 2
    publish(home, {"rejected_count": 0})
    told(home, mailbox, recipient("a"))
    publish(home, {"rejected_count": 150})
    told(home, mailbox, recipient("a"))
    assert len(mailbox.mails) == 3


def test_a_dry_run_sends_nothing_and_writes_nothing(home: Home, mailbox: Mailbox):
    publish(home, LATE)
    report = told(home, mailbox, recipient("a"), dry_run=True)
    assert "lms is late" in report.outcomes[0].messages[0].text
    assert mailbox.mails == []
    assert not home.access_log.exists()
    assert told(home, mailbox, recipient("a")).outcomes[0].keys


def test_what_was_sent_is_kept_by_role_and_channel_without_an_address(
    home: Home, mailbox: Mailbox
):
    publish(home, LATE)
    told(home, mailbox, recipient("a"))
    accesses = read_accesses(home.access_log, 10)
    assert [(row["role"], row["kind"]) for row in accesses] == [("analyst", "notice")]
    assert accesses[0]["what"] == "a by e-mail: late_source, snapshot a1"
    assert b"a@example.org" not in home.access_log.read_bytes()


@pytest.mark.parametrize(("days", "mails"), [(364, 1), (365, 1), (366, 2)])
def test_after_a_year_it_is_forgotten(
    home: Home, mailbox: Mailbox, days: int, mails: int
):
    publish(home, LATE)
    told(home, mailbox, recipient("a"))
    told(home, mailbox, recipient("a"), now=NOW + timedelta(days=days))
    assert len(mailbox.mails) == mails


def test_nothing_is_sent_that_cannot_be_written_down(home: Home, mailbox: Mailbox):
    publish(home, LATE)
    home.access_log.write_bytes(b"no database, but as long as the header of one is")
    with pytest.raises(NotLogged, match="cannot be written down"):
        told(home, mailbox, recipient("a"))
    assert mailbox.mails == []


def test_two_runs_at_once_are_refused(home: Home, mailbox: Mailbox):
    from filelock import FileLock

    publish(home, LATE)
    with (
        FileLock(home.root / ".notify.lock"),
        pytest.raises(TandemError, match="another tandem notify is running"),
    ):
        told(home, mailbox, recipient("a"))
    told(home, mailbox, recipient("a"))  # and the lock of a run ends with it
    told(home, mailbox, recipient("b"))
    assert len(mailbox.mails) == 2


def test_each_role_has_only_its_kinds(home: Home, mailbox: Mailbox):
    publish(
        home,
        LATE,
        {"rejected_count": 500, "watermark_at": "2026-04-01"},
        keep_changes=True,
    )
    roles = ("leader", "programme_owner", "analyst", "data_protection_officer")
    rows = [recipient(role.replace("_", "-"), role=role) for role in roles]
    report = told(home, mailbox, *rows)
    kinds = {
        outcome.recipient.role: {key.partition(":")[0] for key in outcome.keys}
        for outcome in report.outcomes
    }
    operations = {"incomplete_source", "data_deletion"}
    assert kinds == {
        "leader": {"late_source", "programme_change"},
        "programme_owner": {"late_source", "programme_change"} | operations,
        "analyst": {"late_source", "programme_change"} | operations,
        "data_protection_officer": {"late_source"} | operations,
    }
    first = mailbox.sent_to("analyst@example.org")[0].get_content()
    assert first.index("Urgent:") < first.index("Needs attention:")


def test_kinds_narrow_what_a_recipient_has(home: Home, mailbox: Mailbox):
    publish(home, LATE | {"rejected_count": 500})
    report = told(home, mailbox, recipient("a", kinds='["incomplete_source"]'))
    assert report.outcomes[0].keys == ["incomplete_source:lms:refused:50"]


def test_a_reader_of_a_unit_reads_of_no_other_unit(home: Home, mailbox: Mailbox):
    path = publish(home, {}, keep_changes=True)
    change(
        path,
        "update pub.programmes set programme_name = 'Basics for Retail'"
        " where programme_id = 'P01'",
    )
    access = '[access.business_units]\nx = "Sales"\ny = "Retail"\n'
    rows = [
        recipient("sales", business_unit="Sales"),
        recipient("retail", business_unit="Retail"),
        recipient("every", business_unit="all"),
        recipient("none", business_unit=""),
    ]
    report = told(home, mailbox, "\n", access, *rows)
    whole = [
        "programme_change:completion_rate:P01",
        "programme_change:completion_rate:P02",
    ]
    found = {
        outcome.recipient.name: [key.rsplit(":", 2)[0] for key in outcome.keys]
        for outcome in report.outcomes
    }
    assert found == {
        "sales": whole[1:],
        "retail": whole,
        "every": whole,
        "none": whole[1:],
    }


def test_an_unknown_unit_is_wrong_use(home: Home, mailbox: Mailbox):
    publish(home, LATE)
    with pytest.raises(WrongUse, match="no such business unit: Salse"):
        told(home, mailbox, recipient("a", business_unit="Salse"))


@pytest.mark.parametrize(
    "name", ["asha.rao@example.org", "+91 98450 12345", "0123456789abcdef" * 2]
)
def test_words_that_name_somebody_are_never_sent(
    home: Home, mailbox: Mailbox, name: str
):
    publish(home, LATE | {"source": name})
    report = told(home, mailbox, recipient("a"))
    assert report.outcomes[0].keys == []
    assert len(report.outcomes[0].withheld) == 1
    assert not report.is_complete
    assert mailbox.mails == []


def build_pack(folder: Path, **about: str) -> Path:
    """Write a pack as `tandem review` does; return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "review.pptx"
    file.write_bytes(b"PK slides of " + json.dumps(about).encode())
    whole = {
        "role": "leader",
        "business_unit": "all",
        "quarter": "2026-Q1",
        "snapshot_id": "a1",
    } | about
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest = {"about": whole, "files": [{"name": file.name, "sha256": digest}]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return file


ACCESS = '\n[access.business_units]\nx = "Sales"\ny = "Retail"\n'
READERS = (
    ACCESS,
    recipient("leader", role="leader"),
    recipient("sales-leader", role="leader", business_unit="Sales"),
    recipient("retail-leader", role="leader", business_unit="Retail"),
    recipient("outside", role="leader", business_unit=""),
    recipient("analyst"),
)


@pytest.mark.parametrize(
    ("about", "who"),
    [
        ({}, ["leader@example.org"]),
        ({"business_unit": "Sales"}, ["sales-leader@example.org"]),
        ({"role": "analyst"}, ["analyst@example.org"]),
        ({"role": "programme_owner"}, []),
        ({"business_unit": "Finance"}, []),
    ],
)
def test_a_pack_goes_only_to_its_role_and_unit(
    home: Home, mailbox: Mailbox, tmp_path: Path, about: dict[str, str], who: list[str]
):
    publish(home, {})
    file = build_pack(tmp_path / "pack", **about)
    report = told(home, mailbox, *READERS, pack_files=[file])
    assert [to for to, _mail in mailbox.mails] == who
    assert report.is_complete == bool(who)
    assert bool(report.packs_for_nobody) != bool(who)
    for _to, mail in mailbox.mails:
        (attached,) = mail.iter_attachments()
        assert attached.get_filename() == "review.pptx"
        assert attached.get_content() == file.read_bytes()
        assert "presentationml" in attached.get_content_type()
        assert "review pack of 2026-Q1" in mail["Subject"]
        text = mail.get_body(("plain",)).get_content()
        assert "The files show snapshot a1." in text
        assert "The figures are as of" not in text  # a pack may be of an older snapshot


def test_a_pack_is_sent_once_until_it_is_built_again(
    home: Home, mailbox: Mailbox, tmp_path: Path
):
    publish(home, {})
    file = build_pack(tmp_path / "pack")
    for _time in range(2):
        told(home, mailbox, *READERS, pack_files=[file])
        told(home, mailbox, *READERS)  # a daily run between them forgets no pack
    assert len(mailbox.mails) == 1
    told(home, mailbox, *READERS, pack_files=[build_pack(tmp_path / "pack", note="2")])
    assert len(mailbox.mails) == 2


def test_of_packs_in_several_languages_the_own_one_is_sent(
    home: Home, mailbox: Mailbox, tmp_path: Path
):
    publish(home, {})
    files = [build_pack(tmp_path / code, language=code) for code in ("en", "hi")]
    rows = (
        recipient("a", role="leader", language="hi"),
        recipient("b", role="leader"),
    )
    told(home, mailbox, *rows, pack_files=files)
    found = {
        to: next(mail.iter_attachments()).get_content() for to, mail in mailbox.mails
    }
    assert found == {
        "a@example.org": files[1].read_bytes(),
        "b@example.org": files[0].read_bytes(),
    }


def test_a_pack_that_is_not_as_it_was_built_stops_everything(
    home: Home, mailbox: Mailbox, tmp_path: Path
):
    publish(home, LATE)
    file = build_pack(tmp_path / "pack")
    beside = file.with_name("manifest.json")
    content = beside.read_text(encoding="utf-8")
    other = file.with_name("other.pptx")
    other.write_bytes(file.read_bytes())

    def refused(words: str, *files: Path) -> None:
        with pytest.raises(PackRefused, match=words) as caught:
            told(home, mailbox, *READERS, pack_files=files or [file])
        assert " -> " in caught.value.one_line()

    refused("beside it names it", file, other)
    refused("beside it names it", beside)
    beside.write_text(content.replace('"role"', '"rule"'), encoding="utf-8")
    refused("about says no role")
    beside.write_text(content.replace("leader", "chief"), encoding="utf-8")
    refused("no such role: chief")
    beside.write_text("{", encoding="utf-8")
    refused("no manifest of a pack")
    beside.write_text(content, encoding="utf-8")
    second = file.with_name("for-sales.manifest.json")
    second.write_text(content.replace('"all"', '"Sales"'), encoding="utf-8")
    refused("not clear for whom it was built")
    second.unlink()
    file.write_bytes(file.read_bytes() + b" ")
    refused("not the file that tandem review wrote")
    file.write_bytes(b"")
    refused("not the file that tandem review wrote")
    file.unlink()
    refused("cannot be read")
    file.write_bytes(b"PK")
    beside.unlink()
    refused("beside it names it")
    assert mailbox.mails == []


def test_packs_of_one_folder_are_told_apart_by_their_manifests(
    home: Home, mailbox: Mailbox, tmp_path: Path
):
    """As `tandem review` writes them: a name for each file and manifest."""
    publish(home, {})
    files = []
    for unit in ("all", "Sales"):
        built = build_pack(tmp_path / unit, business_unit=unit)
        files.append(tmp_path / f"review-{unit}.pptx")
        files[-1].write_bytes(built.read_bytes())
        text = built.with_name("manifest.json").read_text(encoding="utf-8")
        (tmp_path / f"review-{unit}.manifest.json").write_text(
            text.replace(built.name, files[-1].name), encoding="utf-8"
        )
    told(home, mailbox, *READERS, pack_files=files)
    found = {
        to: next(mail.iter_attachments()).get_filename() for to, mail in mailbox.mails
    }
    assert found == {
        "leader@example.org": "review-all.pptx",
        "sales-leader@example.org": "review-Sales.pptx",
    }


def test_the_manifest_of_the_review_pack_is_understood(tmp_path: Path):
    about = {
        "role": "leader",
        "business_unit": "Sales",
        "quarter": "2026-Q1",
        "snapshot_id": "a1",
        "language": "hi",
    }
    file = tmp_path / "review-2026-Q1-sales-hi.pptx"
    file.write_bytes(b"PK")
    place = tmp_path / f"review-2026-Q1-sales-hi.{manifest.NAME}"
    place.write_text(manifest.text({"about": about}, [file]), encoding="utf-8")
    (pack,) = packs_of([file])
    assert {name: getattr(pack, name) for name in about} == about
    assert [attached.content for attached in pack.files] == [b"PK"]


def test_the_command_prints_names_and_never_addresses(home: Home, mailbox: Mailbox):
    publish(home, {"rejected_count": 500, "watermark_at": "2026-04-19"})
    settings(home, smtp(mailbox.port) + recipient("a"))
    dry = CliRunner().invoke(app, ["notify", "--dry-run"])
    assert dry.exit_code == 0
    assert "500 of 1,000 statements of zoom were refused" in dry.stdout
    assert "@" not in dry.output
    sent = CliRunner().invoke(app, ["notify", "--json"])
    assert sent.exit_code == 0
    report = json.loads(sent.stdout)
    assert "incomplete_source:zoom:refused:50" in report["recipients"][0]["notices"]
    assert "@" not in sent.output
    again = CliRunner().invoke(app, ["notify"])
    assert (again.exit_code, again.stdout) == (0, "")
    assert "a, e-mail: nothing new" in again.stderr


def test_nobody_to_tell_is_wrong_use(home: Home):
    publish(home, {})
    result = CliRunner().invoke(app, ["notify"])
    assert isinstance(result.exception, WrongUse)


def test_no_warehouse_vault_or_analysts_file_is_opened(home: Home, mailbox: Mailbox):
    path = publish(home, LATE)
    for forbidden in (
        home.warehouse,
        home.vault,
        Path(path).with_name("analyst.duckdb"),
    ):
        forbidden.write_bytes(b"whoever opens this fails")
    assert told(home, mailbox, recipient("a")).is_complete
    with closing(sqlite3.connect(home.access_log)) as connection:
        assert connection.execute("select count(*) from sent_notices").fetchone() == (
            1,
        )


def test_what_is_not_delivered_or_for_nobody_ends_the_command_with_1(
    home: Home, tmp_path: Path
):
    publish(home, LATE)
    settings(home, smtp(free_port()) + recipient("a"))
    file = build_pack(tmp_path / "pack", role="programme_owner")
    result = CliRunner().invoke(app, ["notify", "--pack", str(file)])
    assert result.exit_code == 1
    assert "a, e-mail: not delivered: " in result.stderr
    assert "No recipient may have the pack of 2026-Q1, programme_owner" in result.stderr
    assert "@" not in result.output
