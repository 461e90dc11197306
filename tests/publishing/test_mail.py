"""Mail by a real server on loopback: what is new to one address, what failed to another."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.synthetic import made_up
from ucj_analysis.cli import main
from ucj_analysis.errors import InputError, Problem
from ucj_analysis.presentation.language import words
from ucj_analysis.publishing import letters, mail
from ucj_analysis.publishing.log import one_line
from ucj_analysis.publishing.many import FAILED, NEEDS_DATA, PUBLISHED, UNCHANGED, Outcome

#: On loopback a login without encryption is what is tested.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

GOOD, BROKEN = ["3301", "3302"], "3303"
SECRET = "rahasia-7a1f"
NEWS, ADMIN = "bappeda@example.go.id", "admin@example.go.id"


class Box:
    """What a server took, and which addresses it refuses."""

    def __init__(self, refused=()):
        self.taken, self.refused, self.logins = [], refused, []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return f"550 no {address}, {SECRET}"  # a server may say anything
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.original_content, policy=default)
        self.taken.append((envelope.rcpt_tos, message, envelope.original_content))
        return "250 taken"

    def login(self, server, session, envelope, mechanism, data):
        self.logins.append(mechanism)
        right = data.login == b"ucj" and data.password == SECRET.encode()
        return AuthResult(success=right, handled=False)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as line:
        return line.getsockname()[1]


@contextmanager
def serving(box, **options):
    port = free_port()
    ready = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=20, **options)
    ready.start()
    try:
        yield port
    finally:
        ready.stop()


@pytest.fixture
def settings(monkeypatch):
    """Name a server in the environment, as every run needs it anew."""

    def name(port, **more):
        mail.take_settings(os.environ)
        told = {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none"} | more
        monkeypatch.setenv(mail.SENDER, "ucj@example.go.id")
        for key, value in told.items():
            monkeypatch.setenv(f"UCJ_SMTP_{key}", value)

    yield name
    mail.take_settings(os.environ)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = made_up(tmp_path_factory.mktemp("made-up") / "data", [*GOOD, BROKEN])
    table = folder / "regions" / BROKEN / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0.", "0,"), encoding="utf-8")
    return folder


@pytest.fixture
def run(data, tmp_path, capfd):
    """Run the report with mail and a log; give what was told, and hold that the password was not."""

    def report(*more, lang="en"):
        out, log = tmp_path / "out", tmp_path / "run.log"
        asked = ["report", "--data", str(data), "--out", str(out), "-p", "paths=300"]
        code = main([*asked, "--lang", lang, "--log", str(log), *map(str, more)])
        told = capfd.readouterr()
        files = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]
        for content in [told.out.encode(), told.err.encode(), *files]:
            assert SECRET.encode() not in content
        kept = log.read_text(encoding="utf-8") if log.exists() else ""
        return code, told.out, told.err, kept, out

    return report


def bodies(message):
    return message.get_body().get_content(), list(message.iter_attachments())


TO = ["--mail-to", NEWS, "--mail-failures-to", ADMIN]


def test_one_regions_report_is_mailed_with_its_brief_byte_for_byte(run, settings):
    box = Box()
    with serving(box) as port:
        settings(port)
        code, out, err, log, folder = run("--region", GOOD[0], "--month", "latest", *TO)
        assert code == 0 and "mail" not in err
        ((to, message, _),) = box.taken
        text, (brief,) = bodies(message)
        answer = out.splitlines()[0]
        assert to == [NEWS] and message["To"] == NEWS and message["From"] == "ucj@example.go.id"
        assert message["Subject"] == answer and text.splitlines()[0] == answer
        (pdf,) = folder.rglob("brief.pdf")
        assert brief.get_content() == pdf.read_bytes()
        assert brief.get_content_type() == "application/pdf"
        assert brief.get_filename() == f"{GOOD[0]}-2025-03.pdf"
        assert message["Auto-Submitted"] == "auto-generated" and "+0700" in message["Date"]
        assert f"Mailed to {NEWS}: {answer}" in log
        # nothing new: no mail
        settings(port)
        code, _, _, log, _ = run("--region", GOOD[0], "--month", "latest", *TO)
        assert code == 0 and len(box.taken) == 1
        assert log.splitlines()[-2].endswith("Nothing is new: no mail about reports.")


def test_what_failed_goes_to_its_own_address_and_what_did_not_is_still_mailed(run, settings):
    box = Box()
    with serving(box) as port:
        settings(port)
        code, _, err, log, _ = run("--regions", ",".join([*GOOD, BROKEN]), *TO, lang="id")
    assert code == 1
    (news_to, news, _), (failed_to, failed, _) = box.taken
    assert (news_to, failed_to) == ([NEWS], [ADMIN])
    text, briefs = bodies(news)
    assert news["Subject"] == text.splitlines()[0] == "2 ditulis dan 1 gagal."
    assert [b.get_filename() for b in briefs] == [f"{code}-2025-03.pdf" for code in GOOD]
    told, nothing = bodies(failed)
    assert nothing == [] and BROKEN in told and GOOD[0] not in told
    reasons = [line for line in err.splitlines() if "observations.csv" in line]
    assert reasons and all(one_line(reason) in told for reason in reasons)
    assert f"Surel terkirim ke {NEWS}" in log and f"Surel terkirim ke {ADMIN}" in log


def test_one_regions_failure_is_mailed_and_so_is_what_stops_a_whole_run(run, settings):
    box = Box()
    with serving(box) as port:
        settings(port)
        code, _, err, _, _ = run("--region", BROKEN, "--month", "latest", *TO)
        assert code == 2
        settings(port)
        assert run("--regions", "3301,3x", *TO)[0] == 2
    (to, one, _), (_, whole, _) = box.taken
    assert to == [ADMIN] and one_line(err.splitlines()[0]) in bodies(one)[0]
    assert "3x is not a region" in bodies(whole)[0]


def test_a_password_is_given_to_the_server_and_told_nowhere(run, settings):
    box = Box()
    with serving(box, auth_require_tls=False, auth_required=True, authenticator=box.login) as port:
        settings(port, USER="ucj", PASSWORD=SECRET)
        code, *_ = run("--region", GOOD[0], *TO)
        assert code == 0 and box.logins and len(box.taken) == 1
        assert SECRET.encode() not in box.taken[0][2] and mail.PASSWORD not in os.environ


def test_no_kernel_inherits_the_settings(run, settings, monkeypatch):
    from ucj_analysis.publishing import report

    seen = []
    ran = report.run_notebook
    monkeypatch.setattr(
        report, "run_notebook", lambda *given: seen.append(dict(os.environ)) or ran(*given)
    )
    settings(9, USER="ucj", PASSWORD=SECRET)
    assert run("--region", GOOD[0])[0] == 0
    assert seen and not [name for name in seen[0] if name in mail.VARIABLES]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    place = tmp_path_factory.mktemp("certificate")
    key, cert = place / "key.pem", place / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-keyout", key, "-out", cert, "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


LETTER = letters.Letter((NEWS,), "Kabupaten Pati: 29% – 41%", "é\n")


def server(port, security="none", user="", password=""):
    return mail.Server("127.0.0.1", port, security, "ucj@example.id", user, password)


def reasons(problems):
    return [(p.value, p.fields["reason"], p.fields["reply"]) for p in problems]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_encrypted_line_to_a_server_whose_certificate_is_trusted(
    certificate, monkeypatch, security
):
    cert, context = certificate
    box = Box()
    how = {"tls_context": context, "require_starttls": True}
    how = how if security == "starttls" else {"ssl_context": context, "auth_require_tls": False}
    with serving(box, authenticator=box.login, auth_required=True, **how) as port:
        untrusted = mail.send(LETTER, server(port, security, "ucj", SECRET))
        assert reasons(untrusted) == [(NEWS, "mail_certificate", "-")]
        assert box.logins == [] == box.taken
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        assert mail.send(LETTER, server(port, security, "ucj", SECRET)) == ()
    ((_, message, _),) = box.taken
    assert message["Subject"] == LETTER.subject and message.get_content().strip() == "é"
    assert len(box.logins) == 1


def test_a_server_without_encryption_is_given_nothing():
    box = Box()
    with serving(box, authenticator=box.login, auth_require_tls=False) as port:
        refused = mail.send(LETTER, server(port, "starttls", "ucj", SECRET))
        assert reasons(refused) == [(NEWS, "mail_unsupported", "-")]
        assert reasons(mail.send(LETTER, server(port, "tls"))) == [(NEWS, "mail_encryption", "-")]
    assert box.logins == [] == box.taken


def test_bad_credentials_a_refused_address_and_no_login():
    box = Box(refused=[ADMIN])
    with serving(box, authenticator=box.login, auth_require_tls=False) as port:
        wrong = mail.send(LETTER, server(port, user="ucj", password=SECRET + "x"))
        assert reasons(wrong) == [(NEWS, "mail_login", "535")] and box.taken == []
        both = letters.Letter((NEWS, ADMIN), "x", "x\n")
        assert reasons(mail.send(both, server(port))) == [(ADMIN, "mail_recipient", "550")]
        assert box.taken[0][0] == [NEWS]
        none = letters.Letter((ADMIN,), "x", "x\n")
        assert reasons(mail.send(none, server(port))) == [(ADMIN, "mail_recipient", "550")]
    with serving(Box()) as port:
        refused = mail.send(LETTER, server(port, user="ucj", password=SECRET))
        assert reasons(refused) == [(NEWS, "mail_unsupported", "-")]
    with serving(Box(), data_size_limit=100) as port:
        long = letters.Letter((NEWS,), "x", "x" * 1000)
        assert reasons(mail.send(long, server(port)))[0][1:] == ("mail_refused", "552")


@contextmanager
def listening(answer):
    """A server that gives one answer to whoever connects, and then closes or keeps silent."""
    with socket.create_server(("127.0.0.1", 0)) as line:

        def serve():
            told, _ = line.accept()
            over.append(told)
            if answer is not None:
                told.sendall(answer)
                told.close()

        over: list[socket.socket] = []
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield line.getsockname()[1]
        thread.join()
        for told in over:
            told.close()


@pytest.mark.parametrize(
    "answer, reason, reply",
    [
        (None, "mail_timeout", "-"),
        (b"", "mail_closed", "-"),
        (b"554 go away " + SECRET.encode() + b"\r\n", "mail_refused", "554"),
        (b"220 x\r\n", "mail_closed", "-"),
        (b"HTTP/1.1 400\r\n", "mail_refused", "-"),
    ],
)
def test_servers_that_are_silent_gone_or_no_mail_servers(monkeypatch, answer, reason, reply):
    monkeypatch.setattr(mail, "PATIENCE", 0.3)
    with listening(answer) as port:
        (problem,) = mail.send(LETTER, server(port))
    assert reasons([problem]) == [(NEWS, reason, reply)]
    assert SECRET not in str(problem)


def test_where_mail_cannot_go_no_report_is_lost_and_it_is_told_twice(run, settings):
    port = free_port()
    settings(port, USER="ucj", PASSWORD=SECRET)
    code, _, err, log, out = run("--region", GOOD[0], *TO)
    assert code == 1 and list(out.rglob("brief.pdf"))
    told = f"the mail to {NEWS} was not sent: the mail server cannot be reached"
    assert told in err and told in log and f"127.0.0.1:{port}" in err and "Traceback" not in err


PLAIN = {
    "UCJ_SMTP_HOST": "mail.example.id",
    "UCJ_MAIL_FROM": "ucj@example.id",
    "UCJ_SMTP_USER": "ucj",
    "UCJ_SMTP_PASSWORD": SECRET,
}


@pytest.mark.parametrize(
    "change, told",
    [
        ({"UCJ_SMTP_HOST": ""}, "UCJ_SMTP_HOST is not set"),
        ({"UCJ_SMTP_HOST": "a b"}, "UCJ_SMTP_HOST is a b"),
        ({"UCJ_MAIL_FROM": ""}, "UCJ_MAIL_FROM is not set"),
        ({"UCJ_MAIL_FROM": "ucj"}, "UCJ_MAIL_FROM is ucj"),
        ({"UCJ_SMTP_USER": ""}, "UCJ_SMTP_USER is not set"),
        ({"UCJ_SMTP_PASSWORD": ""}, "UCJ_SMTP_PASSWORD is not set"),
        ({"UCJ_SMTP_PASSWORD": SECRET + "é"}, "UCJ_SMTP_PASSWORD is …"),
        ({"UCJ_SMTP_SECURITY": "ssl"}, "allowed: starttls, tls, none"),
        ({"UCJ_SMTP_PORT": "many"}, "UCJ_SMTP_PORT is many"),
        ({"UCJ_SMTP_PORT": "65536"}, "UCJ_SMTP_PORT is 65536"),
        ({"--mail-to": ""}, "is not a mail address"),
        ({"--mail-to": "a@b.id,,c@d.id"}, "is not a mail address"),
        ({"--mail-to": "a@b.id\r\nBcc: x@y.id"}, "a@b.id Bcc: x@y.id is not a mail address"),
        ({"--mail-to": "A <a@b.id>"}, "A <a@b.id> is not a mail address"),
        ({"--keep": "0"}, "0 is no number of months"),
        ({"--keep": "all"}, "all is no number of months"),
        ({"--log": "."}, "the log cannot be written"),
        ({"--regions": "all"}, "--region 3301 stands beside --regions all"),
    ],
)
def test_wrong_settings_are_refused_before_any_work(
    data, tmp_path, monkeypatch, capsys, change, told
):
    monkeypatch.chdir(tmp_path)
    for name, value in (PLAIN | change).items():
        if name.startswith("UCJ"):
            monkeypatch.setenv(name, value)
    options = {"--mail-to": NEWS} | {k: v for k, v in change.items() if k.startswith("--")}
    asked = ["report", "--data", str(data), "--region", GOOD[0], "--lang", "en"]
    assert main([*asked, *(part for pair in options.items() for part in pair)]) == 2
    err = capsys.readouterr().err
    assert told in err and SECRET not in err and list(tmp_path.iterdir()) == []
    mail.take_settings(os.environ)


def test_a_server_shows_no_password():
    assert SECRET not in repr(mail.server_of(PLAIN))
    with pytest.raises(InputError) as refused:
        mail.server_of(PLAIN | {"UCJ_SMTP_PASSWORD": SECRET + "\n"})
    assert SECRET not in str(refused.value)


def published(region, pdf, answer="Kabupaten X: 29%."):
    pdf.parent.mkdir(parents=True)
    pdf.write_bytes(os.urandom(4_000_000))
    record = {"answer": answer, "pdf": str(pdf), "html": str(pdf.with_suffix(".html"))}
    return Outcome(region, "Kabupaten X", PUBLISHED, 1.0, record)


def test_briefs_are_attached_up_to_the_limit_and_the_others_named(tmp_path):
    new = [
        published(code, tmp_path / code / "2025-03" / "id" / "brief.pdf")
        for code in ("3301", "3302", "3303")
    ]
    letter = letters.news(new, (NEWS,), words("en"))
    assert list(letter.files) == ["3301-2025-03.pdf", "3302-2025-03.pdf"]
    assert sum(map(len, letter.files.values())) <= letters.MOST_ATTACHED
    left = letter.text.partition("Not attached, as 10 MB is the most of one mail:\n")[2]
    assert left.splitlines()[0] == str(tmp_path / "3303" / "2025-03" / "id" / "brief.pdf")


def test_no_name_of_the_data_becomes_a_header(tmp_path):
    hostile = "Pati\r\nBcc: x@y.id\r\n\r\nbody\u2028\x1b[31m"
    pdf = tmp_path / "3301" / "2025-03" / "id" / "brief.pdf"
    new = published("3301", pdf, f"{hostile}: 29%")
    wrong = Outcome("3302", hostile, FAILED, 1.0, problems=(Problem("bad_seed", value=hostile),))
    for letter in (
        letters.news([new], (NEWS,), words("en")),
        letters.failures([wrong], (), (NEWS,), words("id")),
    ):
        box = Box()
        with serving(box) as port:
            assert mail.send(letter, server(port)) == ()
        ((to, message, raw),) = box.taken
        assert to == [NEWS] and message["Bcc"] is None and b"\x1b" not in raw
        assert (
            "Bcc: x@y.id" in message["Subject"] and b"\r\nBcc" not in raw.partition(b"\r\n\r\n")[0]
        )


@pytest.mark.parametrize("statuses", [(UNCHANGED,), (NEEDS_DATA,), (UNCHANGED, FAILED)])
def test_without_anything_new_there_is_no_news(statuses):
    outcomes = [Outcome(f"330{i}", "X", status, 0.0) for i, status in enumerate(statuses)]
    assert letters.news(outcomes, (NEWS,), words("id")) is None
    assert (letters.failures(outcomes, (), (ADMIN,), words("id")) is None) == (
        FAILED not in statuses
    )


def test_whoever_gave_no_address_gets_no_mail(tmp_path):
    new = published("3301", Path(tmp_path) / "3301" / "2025-03" / "id" / "brief.pdf")
    assert letters.news([new], (), words("id")) is None
    assert letters.failures([], (Problem("folder_busy"),), (), words("id")) is None
