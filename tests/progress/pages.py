"""Pages as a test reads them: words in one line, without tags where words alone matter."""

import re
from html import unescape

from django.test import Client


def page(client: Client, path: str, status: int = 200) -> str:
    """Return the HTML of a page with white space made one."""
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code, response.headers)
    return " ".join(response.content.decode().split())


def words(client: Client, path: str, status: int = 200) -> str:
    """Return the words of the main part of a page, without tags."""
    main = page(client, path, status).split("<main", 1)[1].split("</main>", 1)[0].split(">", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).replace(" .", ".").replace(" ,", ",").split())
