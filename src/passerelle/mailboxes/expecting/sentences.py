"""Why a direction runs when it does, as one sentence in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from passerelle.mailboxes.expecting.reasons import Why

SENTENCES: Mapping[Why, str] = {
    Why.WAVE: gettext_noop(
        "It is tested and enabled in wave %(number)s of “%(plan)s”, on %(when)s."
    ),
    Why.WAVE_PAUSED: gettext_noop(
        "It waits for wave %(number)s of “%(plan)s”, which is paused; somebody has to go on."
    ),
    Why.SWITCH: gettext_noop(
        "It is ready and waits for the switch: the Email Router still processes email."
    ),
    Why.HINDERED: gettext_noop("It does not run. %(cause)s"),
    Why.RUNNING: gettext_noop("It runs at this moment, since %(since)s."),
    Why.REFUSED: gettext_noop(
        "On %(until)s: %(host)s refused the credentials, and few tries a day lock no account."
    ),
    Why.NOTHING_TO_SEND: gettext_noop("As soon as an email is to be sent; none waits now."),
    Why.NOT_ASKED: gettext_noop("Nobody asked for it yet; “Sync now” does."),
    Why.AFTER_CHANGE: gettext_noop(
        "After a change: the last run failed (%(code)s), and trying again alone does not help."
    ),
    Why.BACK_OFF: gettext_noop(
        "On %(when)s: run number %(attempts)s in a row failed (%(code)s), and the gaps between "
        "tries grow from one minute to fifteen."
    ),
    Why.POLLING: gettext_noop(
        "On %(when)s: this mailbox is looked into every %(seconds)s seconds."
    ),
    Why.EMAIL_DUE: gettext_noop("On %(when)s: the next email to be sent is due then."),
    Why.NO_WORKER: gettext_noop(
        "It is due since %(when)s, but no worker runs; start passerelle run."
    ),
    Why.LANE_FULL: gettext_noop(
        "It is due since %(when)s and waits for one of the %(limit)s connections of its profile."
    ),
    Why.HOST_FULL: gettext_noop(
        "It is due since %(when)s and waits for one of the %(host_limit)s connections to %(host)s."
    ),
    Why.ANY_MOMENT: gettext_noop("At any moment: it is due since %(when)s."),
}


def sentence(reason: Why, values: Mapping[str, object]) -> str:
    """The sentence with its values; those that it does not name are left out."""
    return gettext(SENTENCES[reason]) % values
