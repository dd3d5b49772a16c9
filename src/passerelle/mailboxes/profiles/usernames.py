"""Templates of user names, by which one account of a profile signs in for many mailboxes. Pure.

`{address}`, `{local}`, `{domain}` are those of the mailbox; `{alias}` is the name that the server
knows it by: its own user name where one is stored, without domain, else the local part. Everything
else stands as it is: `{local}*service` (Dovecot), `COMPANY/service/{alias}` (Exchange).
"""

import re
from dataclasses import dataclass

PLACEHOLDERS = ("address", "local", "domain", "alias")
NAME_CHARS = 250  # of Dataverse's `incomingusername`
_BRACES = re.compile(r"\{([^{}]*)\}")
# What separates the parts of a template at servers: an address that held one would sign in for
# somebody else. No mailbox of a company has them in its name.
_SEPARATING = re.compile(r"[\x00-\x20\x7f*/\\%!\"(),:;<>\[\]{}|&`]")


@dataclass(frozen=True, slots=True)
class Names:
    """What a template may name of one mailbox."""

    address: str
    alias: str = ""  # empty: the local part

    def values(self) -> dict[str, str]:
        """The value of each placeholder."""
        local, _, domain = self.address.rpartition("@")
        return {
            "address": self.address,
            "local": local,
            "domain": domain,
            "alias": self.alias or local,
        }


def is_template(text: str) -> bool:
    """Whether the text differs from mailbox to mailbox."""
    return "{" in text or "}" in text


def unknown_in(template: str) -> str:
    """The first thing in braces, or lone brace, that means nothing; empty when all is well."""
    for found in _BRACES.finditer(template):
        if found[1] not in PLACEHOLDERS:
            return found[0]
    rest = _BRACES.sub("", template)
    return next((character for character in rest if character in "{}"), "")


def filled(template: str, names: Names) -> str:
    """The name for one mailbox. Raises `ValueError` where it cannot be one."""
    if not is_template(template):
        return template
    if unknown_in(template):
        raise ValueError("an unknown placeholder")
    values = names.values()

    def value(found: re.Match[str]) -> str:
        text = values[found[1]]
        if not text or _SEPARATING.search(text):
            raise ValueError("nothing, or a character that separates names at servers")
        return text

    name = _BRACES.sub(value, template)
    if len(name) > NAME_CHARS:
        raise ValueError("too long")
    return name


def alias_in(username: str) -> str:
    """The account's name alone: `COMPANY\\anna` and `anna@company.example` are anna's."""
    return username.rpartition("\\")[2].partition("@")[0]
