"""The mail room against a real mail server: the form of messages, encryption, log-in, tries, the queue's end."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from tests.certificates import make_authority
from tests.mail_sink import Sink, mail_sink

from satchel.errors import MailFailed
from satchel.mail.message import Mail, Sender
from satchel.mail.outbox import Outbox, OutboxLimits
from satchel.mail.placeholders import fill_html, fill_text
from satchel.mail.plain_text import plain_text
from satchel.mail.smtp import SmtpServer
from satchel.observe import Observer, TextLog

SENDER = Sender("Support", "support@example.com")
BODY = '<p>Hello,</p>\n<p>Click <a class="btn" href="https://x.example/t/SECRET">here</a> ü</p>'


def a_mail(to: str = "ada@example.com", subject: str = "Hi", html: str = BODY, sender: Sender = SENDER) -> Mail:
    return Mail(to, subject, html, sender, "verification")


class Room:
    """An outbox for one server, and what it logs."""

    def __init__(self, server: SmtpServer | None, limits: OutboxLimits | None = None) -> None:
        self.stream = io.StringIO()
        self.server = server
        observer = Observer([TextLog(self.stream)])
        limits = limits or OutboxLimits(timeout_seconds=5)
        self.outbox = Outbox(self._server, observer, limits, retry_seconds=(0.01, 0.01))

    def _server(self) -> SmtpServer | None:
        return self.server

    @property
    def log(self) -> str:
        return self.stream.getvalue()


def at(sink: Sink, **more: object) -> SmtpServer:
    return SmtpServer("127.0.0.1", sink.port, **more)  # type: ignore[arg-type]


async def test_the_form_of_a_message() -> None:
    with mail_sink() as sink:
        await Room(at(sink, local_name="here.example")).outbox.send(a_mail(subject="Grüße"))
        mail = sink.next()
    message = mail.message
    assert (mail.sender, mail.to, mail.greeting) == ("support@example.com", ["ada@example.com"], "here.example")
    assert (message["from"], message["to"], mail.subject) == (
        "Support <support@example.com>",
        "ada@example.com",
        "Grüße",
    )
    assert message["message-id"].endswith("@example.com>")
    assert message.get_content_type() == "multipart/mixed"
    (inner,) = message.iter_parts()
    assert [part.get_content_type() for part in inner.iter_parts()] == ["text/plain", "text/html"]
    assert all(part["content-transfer-encoding"] == "quoted-printable" for part in inner.iter_parts())
    assert mail.text.split("\n")[:2] == ["Hello,", "Click [here](https://x.example/t/SECRET) ü"]
    assert BODY in mail.html.replace("\r\n", "\n")
    assert mail.html.startswith("<!DOCTYPE html>")


async def test_no_text_can_add_a_header() -> None:
    sneaky = "Hi\r\nBcc: evil@example.com\r\n\r\nbody\u2028x\x00"
    with mail_sink() as sink:
        room = Room(at(sink))
        await room.outbox.send(a_mail(subject=sneaky, sender=Sender(sneaky, "support@example.com")))
        mail = sink.next()
        assert mail.to == ["ada@example.com"]
        assert mail.message["bcc"] is None
        assert mail.message.get_content_type() == "multipart/mixed"
        for to in ("a@x.example\r\nBcc: b@x.example", "a@x.example, b@x.example", "<a@x.example>", "a b@x.example"):
            with pytest.raises(MailFailed):
                await room.outbox.send(a_mail(to=to))
        assert sink.quiet(0.1)


def test_placeholders_are_no_logic() -> None:
    values = {"APP_NAME": "A & <b>", "TOKEN": "tok", "RECORD:name": "{TOKEN} {{ 7*7 }}"}
    assert fill_html("{APP_NAME}/{TOKEN}", values) == "A &amp; &lt;b&gt;/tok"
    assert fill_text("{APP_NAME}", values) == "A & <b>"
    assert fill_html("{RECORD:name}", values) == "{TOKEN} {{ 7*7 }}", "a value is looked at once"
    assert fill_html("{OTP} {RECORD:password} {app} {}", values) == "{OTP} {RECORD:password} {app} {}"


def test_plain_text() -> None:
    assert plain_text("<style>p{}</style><p>a<br/>b</p><ul><li>one<li>two</ul>&lt;x&gt;") == "a\nb\n- one\n- two\n<x>\n"
    assert plain_text('<script>alert(1)</script><a>no</a> <a href="u">yes</a>') == "no [yes](u)\n"


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN", ""])
@pytest.mark.parametrize("implicit", [True, False])
async def test_tls_and_log_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, implicit: bool) -> None:
    made = make_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    with mail_sink(password="s3cret", context=made.server, implicit=implicit) as sink:
        server = at(sink, username="me", password="s3cret", auth_method=method, tls=implicit)
        await Room(server).outbox.send(a_mail())
        mail = sink.next()
        assert mail.user == "me"
        assert mail.encrypted or implicit
        room = Room(at(sink, username="me", password="wr0ng", auth_method=method, tls=implicit))
        with pytest.raises(MailFailed) as failed:
            await room.outbox.send(a_mail())
    assert "refused the user name" in str(failed.value)
    assert "wr0ng" not in str(failed.value)


async def test_a_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    with mail_sink(context=make_authority(tmp_path).server) as sink:
        with pytest.raises(MailFailed):
            await Room(at(sink)).outbox.send(a_mail())
        assert sink.quiet(0.1)


async def test_passing_trouble_is_tried_again_and_lasting_trouble_is_not() -> None:
    with mail_sink() as sink:
        room = Room(at(sink))
        sink.refusals = ["451 later", "451 later"]
        assert room.outbox.post(a_mail())
        assert (await asyncio.to_thread(sink.next)).to == ["ada@example.com"]
        sink.refusals = ["550 no", "550 no"]
        undone = asyncio.Event()

        async def undo() -> None:
            undone.set()

        assert room.outbox.post(a_mail("no@example.com"), undo)
        await asyncio.wait_for(undone.wait(), 5)
        assert sink.refusals == ["550 no"]
        await room.outbox.close()
    assert "The mail 'verification' to no@example.com was not sent" in room.log
    assert "(550)" in room.log
    assert "SECRET" not in room.log


async def test_without_a_mail_server_the_log_says_so() -> None:
    room = Room(None)
    undone = asyncio.Event()

    async def undo() -> None:
        undone.set()

    assert room.outbox.post(a_mail(), undo)
    await asyncio.wait_for(undone.wait(), 5)
    assert "The mail 'verification' to ada@example.com was not sent: No mail server is set up." in room.log
    assert "SECRET" not in room.log
    with pytest.raises(MailFailed):
        await room.outbox.send(a_mail())


async def test_what_waits_is_sent_before_the_end() -> None:
    with mail_sink() as sink:
        room = Room(at(sink))
        for number in range(20):
            assert room.outbox.post(a_mail(f"a{number}@example.com"))
        await room.outbox.close()
        assert sorted(mail.to[0] for mail in sink.mails) == sorted(f"a{number}@example.com" for number in range(20))
        assert not room.outbox.post(a_mail())


async def test_the_queue_is_bounded_and_the_end_is_not_endless() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    room = Room(SmtpServer("127.0.0.1", port), OutboxLimits(waiting=6, timeout_seconds=30, grace_seconds=0.2))
    taken = [room.outbox.post(a_mail(f"a{number}@example.com")) for number in range(8)]
    assert taken == [True] * 6 + [False] * 2
    await asyncio.wait_for(room.outbox.close(), 5)
    assert room.log.count("too many are waiting") == 2
    assert room.log.count("the program is ending") == 6
    silent.close()


async def test_a_dead_server_is_named() -> None:
    with mail_sink() as sink:
        port = sink.port
    with pytest.raises(MailFailed, match=f"127.0.0.1:{port} can't be"):
        await Room(SmtpServer("127.0.0.1", port)).outbox.send(a_mail())


async def test_a_password_does_not_travel_in_clear() -> None:
    """Nothing that is not this machine gets the password unencrypted."""
    with mail_sink(password="s3cret", plain_login=True) as sink:
        await Room(at(sink, username="me", password="s3cret")).outbox.send(a_mail())
        assert sink.next().user == "me"
        elsewhere = SmtpServer("127.0.0.1.", sink.port, username="me", password="s3cret")
        with pytest.raises(MailFailed):
            await Room(elsewhere).outbox.send(a_mail())
        assert sink.quiet(0.1)
