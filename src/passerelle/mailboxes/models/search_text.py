"""The words by which a mailbox is found, kept beside it in one folded column.

It is folded once, when the row is written: a search is then one plain comparison that both
databases do alike.
"""

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Model, TextField

from passerelle.messages import fold

_WORD = re.compile(r"\w+")


def search_text_of(*texts: str) -> str:
    """Each text whole and each of its words, every one behind a blank, where a prefix begins."""
    words: dict[str, None] = {}
    for text in map(fold, texts):
        words |= dict.fromkeys([*text.split(), *_WORD.findall(text)])
    return "".join(f" {word}" for word in words)


if TYPE_CHECKING:
    _Text = TextField[str, str]
else:
    _Text = TextField  # Django's own cannot be subscripted when it runs


class SearchTextField(_Text):
    """Filled from other fields of its row whenever that is saved, alone or with many."""

    def __init__(self, *args: Any, sources: tuple[str, ...] = (), **kwargs: Any) -> None:
        kwargs |= {"editable": False, "blank": True, "default": "", "db_default": ""}
        super().__init__(*args, **kwargs)
        self.sources = sources

    def pre_save(self, model_instance: Model, add: bool) -> str:  # noqa: FBT001 - Django's own
        del add
        text = search_text_of(*(getattr(model_instance, name) or "" for name in self.sources))
        setattr(model_instance, self.attname, text)
        return text

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "sources": self.sources}
