"""Mail by SMTP: the server's settings, and a letter on its way.

The server is named by environment variables alone. They are taken out of the environment, so that
no kernel inherits them, and the password is told nowhere: of what a server answers only the number
of its reply is kept.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.months import now
from ucj_analysis.options import whole
from ucj_analysis.publishing.letters import Letter
from ucj_analysis.publishing.log import one_line

HOST, PORT, SECURITY = "UCJ_SMTP_HOST", "UCJ_SMTP_PORT", "UCJ_SMTP_SECURITY"
USER, PASSWORD, SENDER = "UCJ_SMTP_USER", "UCJ_SMTP_PASSWORD", "UCJ_MAIL_FROM"
VARIABLES = HOST, PORT, SECURITY, USER, PASSWORD, SENDER
#: How the line is kept secret, and the port where none is given.
PORTS = {"starttls": 587, "tls": 465, "none": 25}
#: Seconds a server may take for each answer.
PATIENCE = 30
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*")


@dataclass(frozen=True)
class Server:
    """A mail server, and who sends."""

    host: str
    port: int
    security: str
    sender: str
    user: str
    password: str = field(repr=False)


def take_settings(environment: MutableMapping[str, str]) -> dict[str, str]:
    """Take the mail settings out of an environment and return those that were given.

    Examples
    --------
    >>> around = {"UCJ_SMTP_PASSWORD": "x", "HOME": "/"}
    >>> take_settings(around), around
    ({'UCJ_SMTP_PASSWORD': 'x'}, {'HOME': '/'})
    """
    found = {name: environment.pop(name, "") for name in VARIABLES}
    return {name: value for name, value in found.items() if value}


def addresses(text: str | None) -> tuple[str, ...]:
    """Return the addresses of a list with commas.

    Raises
    ------
    InputError
        `bad_address`.

    Examples
    --------
    >>> addresses("bappeda@example.go.id, a@example.id")
    ('bappeda@example.go.id', 'a@example.id')
    """
    if text is None:
        return ()
    told = [part.strip(" ") for part in text.split(",")]
    wrong = [Problem("bad_address", value=one_line(a)) for a in told if not _ADDRESS.fullmatch(a)]
    if wrong:
        raise InputError(*wrong)
    return tuple(dict.fromkeys(told))


def server_of(settings: Mapping[str, str]) -> Server:
    """Return the server the settings name.

    Raises
    ------
    InputError
        `no_mail_setting`, `bad_mail_setting`.

    Examples
    --------
    >>> server_of({"UCJ_SMTP_HOST": "mail.example.id", "UCJ_MAIL_FROM": "ucj@example.id"}).port
    587
    """
    security = settings.get(SECURITY, "starttls")
    port = settings.get(PORT, str(PORTS.get(security, 0)))
    needed = [HOST, SENDER, *((USER, PASSWORD) if {USER, PASSWORD} & set(settings) else ())]
    problems = [Problem("no_mail_setting", value=n) for n in needed if n not in settings]
    for name, fine, allowed in (
        (HOST, _HOST.fullmatch(settings.get(HOST, "x")), ["mail.example.go.id"]),
        (SECURITY, security in PORTS, list(PORTS)),
        (PORT, PORT not in settings or _is_port(port), ["1–65535"]),
        (SENDER, _ADDRESS.fullmatch(settings.get(SENDER, "x@y")), ["ucj@example.go.id"]),
        (USER, _is_plain(settings.get(USER, "")), ["ASCII"]),
        (PASSWORD, _is_plain(settings.get(PASSWORD, "")), ["ASCII"]),
    ):
        if not fine:
            value = "…" if name == PASSWORD else one_line(settings.get(name, ""))
            fields = {"name": name, "allowed": allowed}
            problems.append(Problem("bad_mail_setting", value=value, fields=fields))
    if problems:
        raise InputError(*problems)
    who = settings[SENDER], settings.get(USER, ""), settings.get(PASSWORD, "")
    return Server(settings[HOST], int(port), security, *who)


def _is_port(text: str) -> bool:
    port = whole(text)
    return port is not None and 0 < port < 65536


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def send(letter: Letter, server: Server) -> tuple[Problem, ...]:
    """Send a letter; return why it did not go, or to whom it did not."""
    try:
        refused = _deliver(_message(letter, server), letter.to, server)
    except (OSError, UnicodeError) as error:  # whatever smtplib and ssl raise
        return (_unsent(", ".join(letter.to), server, *_reason(error)),)
    return tuple(
        _unsent(address, server, "mail_recipient", str(reply))
        for address, (reply, _) in refused.items()
    )


def _message(letter: Letter, server: Server) -> EmailMessage:
    message = EmailMessage(SMTP)
    message["From"] = server.sender
    message["To"] = ", ".join(letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=server.sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    for name, content in letter.files.items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message


def _deliver(
    message: EmailMessage, to: tuple[str, ...], server: Server
) -> dict[str, tuple[int, bytes]]:
    """Hand a message to its server; return the addresses refused where others were not."""
    line = _connected(server)
    try:
        if server.user:
            line.login(server.user, server.password)
        refused: dict[str, tuple[int, bytes]] = line.send_message(message, server.sender, to)
        return refused
    finally:
        with suppress(OSError):  # what is accepted stays accepted, whatever the farewell
            line.quit()
        line.close()


def _connected(server: Server) -> smtplib.SMTP:
    where = server.host, server.port
    if server.security == "tls":
        return smtplib.SMTP_SSL(*where, timeout=PATIENCE, context=ssl.create_default_context())
    line = smtplib.SMTP(*where, timeout=PATIENCE)
    if server.security == "starttls":
        try:
            line.starttls(context=ssl.create_default_context())
        except BaseException:
            line.close()
            raise
    return line


def _reason(error: BaseException) -> tuple[str, str]:
    """Return the code of a reason, and the number of the server's reply."""
    code = getattr(error, "smtp_code", -1)  # smtplib's own -1 stands for no reply at all
    reply = str(code) if code > 0 else "-"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        reply = ", ".join(sorted({str(code) for code, _ in error.recipients.values()}))
    if isinstance(error.__context__, TimeoutError):
        error = error.__context__  # smtplib hides there that time was up
    for kind, reason in (
        (smtplib.SMTPAuthenticationError, "mail_login"),
        (smtplib.SMTPRecipientsRefused, "mail_recipient"),
        (smtplib.SMTPResponseException, "mail_refused"),
        (smtplib.SMTPServerDisconnected, "mail_closed"),
        (smtplib.SMTPException, "mail_unsupported"),
        (ssl.SSLCertVerificationError, "mail_certificate"),
        (ssl.SSLError, "mail_encryption"),
        (TimeoutError, "mail_timeout"),
    ):
        if isinstance(error, kind):
            return reason, reply
    return "mail_unreachable", reply


def _unsent(to: str, server: Server, reason: str, reply: str) -> Problem:
    fields = {"server": f"{server.host}:{server.port}", "reason": reason, "reply": reply}
    return Problem("mail_unsent", value=to, fields=fields)
