"""Prints a migration: what was found, what would become of it, what was done."""

from typing import Any

from django.utils.translation import gettext as _

from passerelle.commands.console.output import print_json, print_rows, say
from passerelle.router import services as router
from passerelle.router.services import Migration, ProfileReview, Summary


def show(migration: Migration, summary: Summary, *, as_json: bool, done: bool = False) -> None:
    """The review summary, or what was done."""
    if as_json:
        print_json(_as_json(migration, summary, done=done))
        return
    if not done:
        _show_findings(migration)
        _show_proposals(router.profiles_of(migration))
    columns = {
        "name": _("Profile"),
        "action_text": _("What becomes of it"),
        "linked": _("Linked"),
        "made": _("New forward mailboxes"),
        "already_so": _("Already so"),
        "unmatched": _("Unknown here"),
        "conflicts": _("Left as they are"),
    }
    rows = [{name: getattr(one, name) for name in columns} for one in summary.profiles]
    print_rows(columns, rows)
    for one in (*summary.unmatched, *summary.conflicts):
        say(f"{one.name}: {one.why}")
    for name, direction, why in summary.cannot_run:
        say(f"{name}, {_way(direction)}: {why}")
    for name, direction, username in summary.profile_passwords:
        text = _("{name}, {direction}: the password of {username} is to be entered.")
        say(text.format(name=name, direction=_way(direction), username=username or "?"))
    if summary.mailbox_passwords:
        text = _("Mailboxes whose own password is to be entered: {count}")
        say(text.format(count=summary.mailbox_passwords))
    for text in (*summary.advice, *summary.next_steps) if done else summary.checklist:
        say(f"- {text}")


def _show_findings(migration: Migration) -> None:
    found = router.findings(migration)
    for warning in found.warnings:
        say(f"{warning.text} ({warning.count})")
    for name in found.unrecognised:
        text = _("{file}: the element {name} is not known ({count}).")
        say(text.format(file=name.box.value, name=name.name, count=name.count))
    for username in found.unassigned:
        say(_("No user or queue has the account {username}.").format(username=username))
    for question in found.questions:
        choices = ", ".join(value for value, _label in question.choices)
        say(f"{question.text} {question.value} ({question.count})")
        say(f"    --answer '{question.key}={question.answer or '…'}': {choices}")


def _show_proposals(reviews: tuple[ProfileReview, ...]) -> None:
    for one in reviews:
        if not one.migrates:
            say(f"{one.name}: {one.outcome_text}")
        elif one.conflict_text:
            say(f"{one.name}: {one.conflict_text} (--overwrite)")


def _way(direction: router.Direction) -> str:
    return _("Incoming") if direction is router.Direction.INCOMING else _("Outgoing")


def _as_json(migration: Migration, summary: Summary, *, done: bool) -> dict[str, Any]:
    found = router.findings(migration)
    return {
        "migration": str(migration.pk),
        "done": done,
        "counts": _fields(summary.counts),
        "profiles": [_fields(one) for one in summary.profiles],
        "unmatched": [_fields(one) for one in summary.unmatched],
        "conflicts": [_fields(one) for one in summary.conflicts],
        "cannot_run": summary.cannot_run,
        "profile_passwords": summary.profile_passwords,
        "mailbox_passwords": summary.mailbox_passwords,
        "checklist": list(summary.checklist),
        "advice": list(summary.advice),
        "next_steps": list(summary.next_steps),
        "questions": [_fields(one) for one in found.questions],
        "unrecognised": [[one.box.value, one.name, one.count] for one in found.unrecognised],
        "warnings": [_fields(one) for one in found.warnings],
    }


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}
