"""A mail server for tests: says what it is told to say, and keeps what it took.

with MailServer(recipient="550 5.1.1 no such user") as server: ...
"""

import socketserver
import threading
from typing import Any


class _Talk(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                if not self._take():
                    return
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say({b"RCPT": self.server.recipient, b"MAIL": self.server.sender}.get(word, "250 ok"))

    def _take(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        if self.server.hangs_up:
            return False  # took it or not: nobody is told
        if self.server.content.startswith("250"):
            self.server.taken.append(b"".join(lines))
        self._say(self.server.content)
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    """Listens at a port of its own until its `with` ends."""

    daemon_threads = True

    def __init__(
        self, *, sender: str = "250 ok", recipient: str = "250 ok", content: str = "250 ok", hangs_up: bool = False
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.sender, self.recipient, self.content, self.hangs_up = sender, recipient, content, hangs_up
        self.taken: list[bytes] = []

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *args: Any) -> None:
        self.shutdown()
        self.server_close()

    @property
    def port(self) -> int:
        return int(self.server_address[1])
