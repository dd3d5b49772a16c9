"""What is typed at the desk of a queue."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passerelle.crm import queue_items
from passerelle.crm.models import Queue, QueueItem, SystemUser
from passerelle.crm.models.people import State


class FinishBeforeForm(forms.Form):
    """A day before which everything that waits is finished."""

    day = forms.DateField(
        label=_("Finish what has waited since before"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def moment(self) -> datetime:
        """Where the day begins."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], time.min))


class RouteForm(forms.Form):
    """Another queue, or a colleague of this one: one of the two."""

    queue = forms.ModelChoiceField(
        Queue.objects.none(), required=False, label=_("Queue"), empty_label=_("No other queue")
    )
    colleague = forms.ModelChoiceField(
        SystemUser.objects.none(),
        required=False,
        label=_("Member of this queue"),
        empty_label=_("Nobody"),
    )

    def __init__(self, data: Any, *, item: QueueItem) -> None:
        super().__init__(data)
        self.item = item
        others = Queue.objects.filter(statecode=State.ACTIVE).exclude(pk=item.queue_id)
        self.fields["queue"].queryset = others.order_by("name")  # type: ignore[attr-defined]
        members = item.queue.members.filter(is_disabled=False)
        self.fields["colleague"].queryset = members.order_by("fullname")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if bool(values.get("queue")) == bool(values.get("colleague")) and not self.errors:
            raise forms.ValidationError(_("Choose a queue or a member."))
        return values

    def carry_out(self) -> None:
        """Give the item on. Raises `ValidationError` when it cannot be."""
        queue = self.cleaned_data["queue"]
        if queue is not None:
            queue_items.route(self.item, queue)
        else:
            queue_items.give(self.item, self.cleaned_data["colleague"])
