"""Hostile picture files at the desk: each is refused in one clear line, on the page and over the API."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.desk.conftest import Browser, add_token, browse, words_of
from tests.process.home import Home


def _chunk(part: bytes) -> bytes:
    return struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))


def _png_claiming(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 2_000_000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(part) for part in (head, body, b"IEND"))


def _plain(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "#336699").save(out, kind)
    return out.getvalue()


HOSTILE = {
    "bomb.png": _png_claiming(60_000, 60_000),
    "script.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "page.png": _plain("PNG") + b"<html><script>alert(1)</script></html>",
    "archive.gif": _plain("GIF") + b"PK\x05\x06" + b"\0" * 18,
    "cut.jpg": _plain("JPEG")[:40],
    "words.png": "这不是图片".encode(),
    "nothing.png": b"",
    "<img src=x onerror=alert(1)>.png": b"GIF89a",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_page_refuses_it_in_one_line_and_stays_inert(browser: Browser, name: str) -> None:
    """One file could take the desk's memory, or run in the browser of whoever looks at the answer."""
    answer = browser.post("/ask", files=[("images", (name, HOSTILE[name], "image/png"))])
    assert answer.status_code in {200, 400}
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    said = words_of(answer.text)
    assert "图片" in said or "截图" in said
    assert "Traceback" not in said
    assert "作者说" not in said


@pytest.mark.parametrize("name", HOSTILE)
def test_the_api_refuses_it_in_one_line(api: tuple[Browser, dict[str, str]], name: str) -> None:
    """A program would get a server error, or wait for ever."""
    browser, headers = api
    answer = browser.client.post("/api/v1/ask/image", files={"image": (name, HOSTILE[name])}, headers=headers)
    assert answer.status_code in {200, 400}
    said = answer.json()
    problem = said["problem"] if answer.status_code == 200 else said["detail"]
    assert problem
    assert len(problem.splitlines()) == 1
    assert said.get("candidates", []) == []


def test_good_ones_beside_a_bad_one_are_answered(browser: Browser) -> None:
    """One broken screenshot among ten would cost the other nine."""
    both = [
        ("images", ("bomb.png", HOSTILE["bomb.png"], "image/png")),
        ("images", ("ok.png", _plain("PNG"), "image/png")),
    ]
    said = words_of(browser.post("/ask", files=both, question="").text)
    assert "bomb.png" in said
    assert "ok.png" in said


@pytest.fixture
def api(desk_home: Home) -> tuple[Browser, dict[str, str]]:
    """A program with a token that may ask."""
    return browse(desk_home), {"Authorization": f"Bearer {add_token(desk_home, 'ask')}"}
