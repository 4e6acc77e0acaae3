"""Letters as mail servers and people's programs write them."""

from backend.mail.models import Email

POSTFIX = """\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Return-Path: <>
To: rdv@jalon.localhost
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <20261123081500.4F1@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host mx.example.net.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 23 Nov 2026 08:14:59 +0000 (UTC)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown

--b
Content-Type: {returned}

{head}
--b--
"""
EXCHANGE = """\
From: <postmaster@contoso.example>
To: <rdv@jalon.localhost>
Subject: Undeliverable: A letter
Message-ID: <dsn-77@contoso.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_e_"
X-Auto-Response-Suppress: DR, OOF, AutoReply

--_e_
Content-Type: multipart/alternative; boundary="_i_"

--_i_
Content-Type: text/html; charset="us-ascii"

<html><body><p>Your message couldn't be delivered.</p></body></html>
--_i_--

--_e_
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.contoso.example

Final-Recipient: RFC822;forwarded@elsewhere.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--_e_
Content-Type: message/rfc822

{head}
The letter itself.
--_e_--
"""
GMAIL = """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: rdv@jalon.localhost
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Delay)
References: {id}
In-Reply-To: {id}
Message-ID: <gm.9@mx.google.com>
MIME-Version: 1.0
Content-Type: multipart/report; boundary="g"; report-type=delivery-status

--g
Content-Type: multipart/related; boundary="r"

--r
Content-Type: text/plain; charset=UTF-8

There was a temporary problem delivering your message.
--r--

--g
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com

Final-Recipient: rfc822; {to}
Action: delayed
Status: 4.4.1
Diagnostic-Code: smtp; The recipient server did not accept our requests to connect.
Will-Retry-Until: Thu, 26 Nov 2026 00:15:00 -0800 (PST)

--g
Content-Type: message/rfc822

{head}
The letter itself.
--g--
"""

GMAIL_FR = """\
Bonjour,
Jeudi me va très bien.

Hawa

Le lun. 23 nov. 2026 à 09:12, Les Écossolies <
re-0123456789abcdef0123456789abcdef@answers.example.org> a écrit :

> Bonjour Hawa,
>
> Votre séance est prévue jeudi.
"""
GMAIL_EN = """\
Thursday is fine.

On Mon, Nov 23, 2026 at 9:12 AM Les Écossolies <rdv@jalon.localhost> wrote:
> Hello Hawa,
>
> Your session is on Thursday.

And Friday too.
"""
OUTLOOK_FR = """\
Jeudi me va.

________________________________
De : Les Écossolies <rdv@jalon.localhost>
Envoyé : lundi 23 novembre 2026 09:12
À : Hawa Diallo <holder@example.org>
Objet : Votre séance

Bonjour Hawa, votre séance est prévue jeudi.
"""
OUTLOOK_EN = """\
Thursday works.

Get Outlook for iOS
________________________________
From: Les Écossolies <rdv@jalon.localhost>
Sent: Monday, November 23, 2026 9:12:00 AM
To: Hawa Diallo <holder@example.org>
Subject: Your session

Your session is on Thursday.
"""
APPLE_FR = """\
Je serai en retard de dix minutes.

Envoyé de mon iPhone

> Le 23 nov. 2026 à 09:12, Les Écossolies <rdv@jalon.localhost> a écrit :
>\u0020
> Bonjour Hawa,
"""
SIGNED = """\
Oui, écrivez-moi sur re-0123456789abcdef0123456789abcdef@answers.example.org.
--\u0020
Hawa Diallo
holder@example.org
06 00 00 00 00
Porteuse de projet
Une ligne de trop
"""
PAGE = """\
<html><head><style>p { color: red }</style></head><body><div>Jeudi &agrave; 10&nbsp;h,<br>c’est <b>parfait</b>.</div>
<div class="gmail_quote"><div>Le lun. 23 nov. a écrit :</div><blockquote><div>Votre séance</div></blockquote></div>
</body></html>"""


def head_of(email: Email) -> str:
    """The head of a letter of ours, as a server returns it."""
    return bytes(email.message).replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode() + "\n"


def report(form: str, email: Email, **changes: str) -> bytes:
    """A delivery report about this letter."""
    values = {
        "to": email.to_address, "id": email.message_id, "head": head_of(email), "action": "failed", "status": "5.1.1",
        "returned": "text/rfc822-headers", **changes,
    }  # fmt: skip
    return form.format(**values).replace("\n", "\r\n").encode()


def note(
    text: str, *, to: str = "rdv@jalon.localhost", sender: str = "Hawa <holder@example.org>", mark: str = "one",
    kind: str = 'text/plain; charset="utf-8"', headers: str = "",
) -> bytes:  # fmt: skip
    """A letter that somebody writes."""
    return (
        f"From: {sender}\nTo: {to}\nSubject: Re: =?utf-8?q?S=C3=A9ance?=\nMessage-ID: <{mark}@example.org>\n{headers}"
        f"MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n{text}"
    ).replace("\n", "\r\n").encode()  # fmt: skip


def with_file(text: str) -> tuple[str, str]:
    """A text with a PDF beside it: its kind and its body."""
    body = (
        f'--x\nContent-Type: text/plain; charset="utf-8"\n\n{text}\n--x\nContent-Type: application/pdf; name="a.pdf"\n'
        "Content-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--x--\n"
    )
    return 'multipart/mixed; boundary="x"', body
