"""What servers say when too much was sent, as they were seen to say it, and what it is not."""

from datetime import timedelta

import pytest

from passerelle.sync.outgoing.quota import LONGEST_REST, Whose, quota_in

MOMENT, WHILE, LONG = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)

# Where each text was found; X stands for names and addresses.
SENDERS = [
    # gen-smtp/gen_smtp#140, iiuni/projektzapisy#960, PHPMailer/PHPMailer#2113
    ("550 5.4.5 Daily user sending quota exceeded. X - gsmtp", LONG, "gmail-a-day"),
    # learn.microsoft.com, SMTP submission improvements
    (
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
        LONG,
        "exchange-online-a-day",
    ),
    ("432 4.3.2 Concurrent connections limit exceeded.", MOMENT, "exchange-online-connections"),
    # techcommunity.microsoft.com, changes to SMTP authenticated submission
    (
        "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded.",
        MOMENT,
        "exchange-online-threads",
    ),
    # learn.microsoft.com, continuous error throttling
    (
        "550 5.2.254 Sender throttled due to continuous too many recipients errors.",
        WHILE,
        "exchange-online-errors",
    ),
    # MicrosoftDocs/SupportArticles-docs, non-delivery reports
    (
        (
            "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit "
            "for sending email to external recipients (tenant external recipient rate limit)"
        ),
        LONG,
        "exchange-online-tenant",
    ),
    # ans.co.uk, Exchange error codes
    (
        "421 4.4.2 Message submission rate for this client has exceeded the configured limit",
        MOMENT,
        "exchange-receive-connector",
    ),
    # nodemailer/nodemailer#436, EFForg/action-center-platform#874
    ("454 Throttling failure: Maximum sending rate exceeded", MOMENT, "ses-a-second"),
    ("454 Throttling failure: Daily message quota exceeded.", LONG, "ses-a-day"),
    # mailcow/mailcow-dockerized#1497
    ('451 4.7.1 Ratelimit "user" exceeded', MOMENT, "rspamd"),
    # Mailu/Mailu#2416
    ("451 4.7.1 You are sending too many emails too fast.", WHILE, "mailu"),
    # aschroder/Magento-SMTP-Pro-Email-Extension#94
    ("550 sorry, too many emails (#5.7.1)", WHILE, "ovh"),
    # pytition/Pytition#28
    (
        (
            "554 5.7.0 Your message could not be sent. The limit on the number of allowed outgoing "
            "messages was exceeded. Try again later."
        ),
        WHILE,
        "plesk",
    ),
    # ionos.com, mass mailing limits
    (
        "450 Requested mail action not taken: mailbox unavailable 450 Mail send limit exceeded.",
        WHILE,
        "ionos",
    ),
    # thiswebhost.com, chillidoghosting.com
    (
        "550 Domain X has exceeded the max defers and failures per hour (5/5 (100%)) allowed",
        WHILE,
        "cpanel",
    ),
    # go-gomail/gomail#174
    (
        "550 <X>: Recipient address rejected: Email Sending Quota Exceeded",
        WHILE,
        "said-of-a-recipient",
    ),
    # bbottema/simple-java-mail#348
    (
        "450 4.7.1 <X>: Recipient address rejected: Policy Rejection- Quota Exceeded.",
        WHILE,
        "policyd",
    ),
    # WWBN/AVideo#7527
    (
        "552 Message would take you over your relay quota of 500 Current quota used: 487",
        LONG,
        "relay-quota",
    ),
    # root-io/vmail#67, deltachat/deltachat-core#647
    ("554 5.7.1 <DATA>: Data command rejected: only 10 messages per day", LONG, "ten-a-day"),
    (
        (
            "554 5.7.1 <DATA>: Data command rejected: limit of 400 rcpts per 24 hours for client X "
            "reached"
        ),
        LONG,
        "recipients-in-24-hours",
    ),
    # postfwd, README.default-rate-limits of oopen.de
    ("450 4.7.1 Number messages per hour exceeded", WHILE, "postfwd"),
    # Papercut-SMTP#199
    ("451 4.7.1 Hourly limit exceeded", WHILE, "hourly"),
    ("550 User has exceeded outgoing email quota", WHILE, "outgoing-quota"),
    # Postfix, smtpd.c
    ("450 4.7.1 Error: too much mail from 192.0.2.1", MOMENT, "postfix-messages"),
    ("450 4.7.1 Error: too many recipients from 192.0.2.1", MOMENT, "postfix-recipients"),
    ("421 4.7.0 X Error: too many connections from 192.0.2.1", MOMENT, "postfix-connections"),
]
DOMAINS = [
    # datacadamia.com, a log of Postfix
    (
        (
            "421 4.7.28 [192.0.2.1 15] Our system has detected an unusual rate of 4.7.28 "
            "unsolicited mail originating from your IP address."
        ),
        WHILE,
        "gmail-unsolicited",
    ),
    # Fortinet community, help.yahoo.com
    (
        (
            "421 4.7.0 [TSS05] Messages from 192.0.2.1 temporarily deferred due to unexpected "
            "volume or user complaints - 4.16.55.1"
        ),
        LONG,
        "yahoo",
    ),
    # emailconsul.com
    (
        (
            "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP "
            "reputation."
        ),
        WHILE,
        "outlook-com",
    ),
    # bentonow.com, suped.com
    ("421 OFR004_104 Too Many Connections", WHILE, "orange-connections"),
    ("421 OFR004_408 Message rate exceeded", WHILE, "orange-messages"),
]
RECIPIENTS = [
    # postfix-users, msg65793
    (
        (
            "450-4.2.1 The user you are trying to contact is receiving mail at a rate that "
            "prevents additional messages from being delivered."
        ),
        "gmail-one-user",
    ),
    # learn.microsoft.com, non-delivery reports; active365.org on 5.2.121 and 5.2.122
    ("432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", "exchange-one-user"),
    ("554 5.2.122 The recipient has exceeded their limit", "exchange-hourly-receive-limit"),
    ("452 4.5.3 Error: too many recipients", "postfix-one-message"),
    ("552 5.5.3 Too many recipients", "an-old-code-for-too-many"),  # RFC 5321, 4.5.3.1.10
]
OTHERS = [
    ("", "nothing"),
    ("451 4.3.0 later", "a-busy-server"),
    ("421 4.3.2 Service shutting down", "a-server-that-stops"),
    ("452 4.3.1 Insufficient system storage", "its-disk-is-full"),
    ("450 4.2.0 Greylisting in action", "greylisting"),
    ("452 4.2.2 The email account that you tried to reach is over quota", "their-mailbox-is-full"),
    ("552 5.2.2 Over quota", "full-for-good"),
    (
        (
            "554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException."
            "MapiExceptionShutoffQuotaExceeded"
        ),
        "our-own-mailbox-is-full",
    ),
    ("550 5.1.1 The email account that you tried to reach does not exist", "nobody-there"),
    ("554 5.7.1 Message rejected as spam", "spam"),
    ("550 5.7.26 This mail is unauthenticated", "not-authenticated"),
    ("552 5.3.4 Message size exceeds fixed limit", "too-large"),
    ("421 4.7.0 X Error: too many errors", "too-many-errors"),
]


@pytest.mark.parametrize(
    ("answer", "rest"), [pytest.param(text, rest, id=name) for text, rest, name in SENDERS]
)
def test_the_sender_rests(answer: str, rest: timedelta) -> None:
    quota = quota_in(answer)
    assert quota is not None
    assert (quota.whose, quota.first_rest) == (Whose.SENDER, rest)


@pytest.mark.parametrize(
    ("answer", "rest"), [pytest.param(text, rest, id=name) for text, rest, name in DOMAINS]
)
def test_mail_to_the_domain_rests(answer: str, rest: timedelta) -> None:
    quota = quota_in(answer)
    assert quota is not None
    assert (quota.whose, quota.first_rest) == (Whose.DOMAIN, rest)


@pytest.mark.parametrize("answer", [pytest.param(text, id=name) for text, name in RECIPIENTS])
def test_one_recipient_waits(answer: str) -> None:
    quota = quota_in(answer)
    assert quota is not None
    assert quota.whose is Whose.RECIPIENT


@pytest.mark.parametrize("answer", [pytest.param(text, id=name) for text, name in OTHERS])
def test_it_is_no_limit_of_what_is_sent(answer: str) -> None:
    assert quota_in(answer) is None


def test_rests_grow_to_a_bound() -> None:
    quota = quota_in("450 4.7.1 Error: too much mail from 192.0.2.1")
    assert quota is not None
    rests = [quota.rest(times) for times in (0, 1, 2, 3, 10_000)]
    assert rests == [MOMENT, MOMENT, 2 * MOMENT, 4 * MOMENT, LONGEST_REST]
