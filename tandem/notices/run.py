"""`tandem notify`: find what there is to say, and tell each recipient what is new."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import AcquireReturnProxy, FileLock, Timeout

from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.settings import Settings
from tandem.notices import changes, sources
from tandem.notices.messages import Message, compose, email, in_parts
from tandem.notices.notice import KINDS, PACK, Notice, in_order
from tandem.notices.packs import Pack, packs_of
from tandem.notices.policy import NotifyPolicy, Recipient, check_units
from tandem.notices.published import Published, read_published
from tandem.notices.selection import (
    may_have,
    names_other_unit,
    names_person,
    packs_for,
)
from tandem.notices.sent import NotLogged, SentNotices
from tandem.notices.smtp import Mailer
from tandem.notices.webhook import USUAL, Patience, post

FOUND = tuple(kind for kind in KINDS if kind != PACK)  # kinds that every run looks for


@dataclass
class Outcome:
    """What happened for one recipient.

    Attributes:
        recipient: whose.
        messages: that were, or in a dry run would be, sent.
        keys: of the notices that were, or would be, sent.
        withheld: keys of notices whose words name somebody; they are never sent.
        failures: why something was not delivered.
    """

    recipient: Recipient
    messages: list[Message] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass
class Report:
    """What happened in a run.

    Attributes:
        outcomes: one for each recipient, in the order of tandem.toml.
        is_dry_run: nothing was sent.
        packs_for_nobody: packs that no recipient may have, as `quarter, role, unit`.
        not_judged: sources of which nothing says up to when they are known.
    """

    outcomes: list[Outcome]
    is_dry_run: bool
    packs_for_nobody: list[str]
    not_judged: list[str]

    @property
    def is_complete(self) -> bool:
        """Whether everything that there was to say was delivered."""
        problems = [o.failures or o.withheld for o in self.outcomes]
        return not any(problems) and not self.packs_for_nobody

    def as_json(self) -> dict[str, Any]:
        """Return the report as an object for JSON, without any address."""
        return {
            "is_dry_run": self.is_dry_run,
            "is_complete": self.is_complete,
            "packs_for_nobody": self.packs_for_nobody,
            "not_judged": self.not_judged,
            "recipients": [
                {
                    "name": outcome.recipient.name,
                    "channel": outcome.recipient.channel,
                    "role": outcome.recipient.role,
                    "business_unit": outcome.recipient.business_unit,
                    "notices": outcome.keys,
                    "withheld": outcome.withheld,
                    "failures": outcome.failures,
                    **(
                        {"messages": [m.text for m in outcome.messages]}
                        if self.is_dry_run
                        else {}
                    ),
                }
                for outcome in self.outcomes
            ],
        }


def notify(
    home: Home,
    settings: Settings,
    now: datetime,
    *,
    pack_files: Iterable[Path] = (),
    again: bool = False,
    dry_run: bool = False,
    patience: Patience = USUAL,
) -> Report:
    """Tell each recipient of [notify] what is new.

    Args:
        home: whose published file is read.
        settings: with [notify].
        now: with a zone.
        pack_files: files that `tandem review` wrote, to attach.
        again: also what was said before.
        dry_run: send and write down nothing.
        patience: how often webhooks are tried.

    Raises:
        WrongUse: the settings cannot be used.
        PackRefused: a file is not as `tandem review` wrote it.
        WarehouseProblem: nothing is published, or it cannot be read.
        NotLogged: what is sent cannot be written down.
    """
    policy = NotifyPolicy.load(settings)
    packs = packs_of(pack_files)
    found = read_published(home)
    named = settings.section("access").get("business_units", {})
    units = found.business_units | frozenset(map(str, dict(named).values()))
    check_units(policy.recipients, units, f"{home.settings} [notify]")
    notices = notices_of(found, settings, now)
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(_alone(home))
        sent = SentNotices(home.access_log, is_dry_run=dry_run)
        sent.forget({notice.topic for notice in notices}, FOUND, now)
        mailer = None
        if policy.smtp is not None:
            mailer = stack.enter_context(Mailer(policy.smtp))
        run = _Run(policy, found, units, sent, mailer, now, again, dry_run, patience)
        outcomes = [run.tell(one, notices, packs) for one in policy.recipients]
    nobody = [
        f"{pack.quarter}, {pack.role}, {pack.business_unit}"
        for pack in packs
        if not any(pack in packs_for(one, [pack]) for one in policy.recipients)
    ]
    return Report(outcomes, dry_run, nobody, sources.not_judged(found))


def notices_of(found: Published, settings: Settings, now: datetime) -> list[Notice]:
    """Return everything that there is to say, the most severe first."""
    thresholds = settings.vars
    return in_order(
        [
            *sources.deletions(found, thresholds, now),
            *sources.late(found, thresholds, now),
            *sources.incomplete(found, thresholds),
            *changes.programme_changes(found),
            *changes.mode_changes(found),
        ]
    )


def _alone(home: Home) -> AcquireReturnProxy:
    """Return the held lock of notices: two runs at once would say everything twice.

    Raises:
        TandemError: another run holds it.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    try:
        return FileLock(home.root / ".notify.lock", timeout=0).acquire()
    except Timeout as error:
        raise TandemError(
            "another tandem notify is running",
            str(home.root),
            "wait until it has ended",
        ) from error


@dataclass(frozen=True)
class _Run:
    """One run, with what every recipient's part of it needs."""

    policy: NotifyPolicy
    found: Published
    units: frozenset[str]
    sent: SentNotices
    mailer: Mailer | None
    now: datetime
    again: bool
    dry_run: bool
    patience: Patience

    def tell(
        self, recipient: Recipient, notices: Sequence[Notice], packs: Sequence[Pack]
    ) -> Outcome:
        """Tell one recipient; a failure is noted, and others are told all the same."""
        outcome = Outcome(recipient)
        before = set() if self.again else self.sent.keys(recipient)
        new = [
            notice
            for notice in notices
            if may_have(recipient, notice)
            and notice.key not in before
            and self._may_be_read(notice, outcome)
        ]
        if new:
            said = [notice.said(recipient.language) for notice in new]
            self._send(compose(recipient, said, self.found), new, outcome)
        for pack in packs_for(recipient, packs):
            notice = pack.notice()
            if notice.key not in before and self._may_be_read(notice, outcome):
                said = [notice.said(recipient.language)]
                message = compose(recipient, said, self.found, pack.files)
                self._send(message, [notice], outcome)
        return outcome

    def _may_be_read(self, notice: Notice, outcome: Outcome) -> bool:
        said = notice.said(outcome.recipient.language)
        if names_person(said):
            outcome.withheld.append(notice.topic)
            return False
        return not names_other_unit(said, outcome.recipient, self.units)

    def _send(
        self, message: Message, notices: Sequence[Notice], outcome: Outcome
    ) -> None:
        """Send a message, and write down at once what of it was delivered."""
        if self.dry_run:
            outcome.messages.append(message)
            outcome.keys += [notice.key for notice in notices]
            return
        by_key = {notice.key: notice for notice in notices}
        recipient = outcome.recipient
        try:
            parts = [message] if recipient.is_mailed else list(in_parts(message))
            for part in parts:
                self._hand_over(part)
                told = [by_key[said.key] for said in part.notices]
                self.sent.note(recipient, told, self.found.snapshot_id, self.now)
                outcome.messages.append(part)
                outcome.keys += [notice.key for notice in told]
        except NotLogged:
            raise  # nothing is sent that cannot be written down
        except TandemError as error:
            outcome.failures.append(error.one_line())

    def _hand_over(self, message: Message) -> None:
        recipient = message.recipient
        if not recipient.is_mailed:
            hook = self.policy.webhooks[recipient.to]
            post(hook, message, self.now, self.patience)
            return
        assert self.policy.smtp is not None
        assert self.mailer is not None
        mail = email(message, self.policy.smtp.sender, self.now)
        self.mailer.send(mail, recipient.to)


def counts(outcome: Outcome) -> dict[str, int]:
    """Return kind -> how many notices of it a recipient was sent."""
    found: dict[str, int] = defaultdict(int)
    for key in outcome.keys:
        found[key.partition(":")[0]] += 1
    return dict(found)
