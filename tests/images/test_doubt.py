"""What was read with doubt is read again in full; a blank or a bracket is not worth it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("cv2")

from pipeline.images.ocr import engine  # noqa: E402 the extra may be missing
from pipeline.images.ocr.detecting import Spot  # noqa: E402
from pipeline.images.ocr.models import Network, Networks  # noqa: E402
from pipeline.images.ocr.recognising import Read  # noqa: E402
from pipeline.images.values import Pixels  # noqa: E402

FULL_WIDTH = 600


@dataclass(slots=True)
class Reader:
    """Gives one reading for a squeezed line and another for the full one; `widths` are those it was asked for."""

    squeezed: Read
    full: Read
    widths: list[int] = field(default_factory=list)

    def read(self, _networks: Networks, line: Pixels) -> Read:
        """In place of the network."""
        self.widths.append(line.shape[1])
        return self.full if line.shape[1] == FULL_WIDTH else self.squeezed


def read_as(text: str, **doubts: float) -> Read:
    """A reading of which some characters have these confidences and the others nearly one."""
    confidences = tuple(doubts.get(character, 0.99) for character in text)
    return Read(text, confidences, tuple(k / len(text) for k in range(len(text))))


@pytest.fixture
def one_line(monkeypatch: pytest.MonkeyPatch) -> Pixels:
    """A picture in which one line is found."""
    monkeypatch.setattr(engine, "find_lines", lambda _detector, _tile: [Spot((0, 0, FULL_WIDTH, 30), 0.0)])
    pixels: Pixels = np.full((30, FULL_WIDTH, 3), 255, np.uint8)
    return pixels


def read_by(reader: Reader, pixels: Pixels, monkeypatch: pytest.MonkeyPatch) -> str:
    """The line, read by a reader of ours."""
    monkeypatch.setattr(engine, "read_line", reader.read)
    (row,) = engine.read_rows(Networks(Network(None), Network(None), ()), pixels)
    return row.read.text


@pytest.mark.parametrize(
    "squeezed",
    [
        read_as("桂大山73岁", 大=0.8),
        read_as("桂大山73岁", **{"7": 0.8}),
        read_as("桂大山，73岁", **{"，": 0.4}),
        read_as("电话1390001234，桂大山"),
        Read("", (), ()),
    ],
    ids=["a letter", "a digit", "a mark that is hardly one", "a phone short of a digit", "nothing"],
)
def test_doubt_is_read_again(squeezed: Read, one_line: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name or a phone would be taken from a squeezed line that the reader itself did not believe."""
    reader = Reader(squeezed, Read("电话13900001234", (1.0,) * 13, (0.5,) * 13))
    assert read_by(reader, one_line, monkeypatch) == "电话13900001234"
    assert reader.widths == [360, FULL_WIDTH]


@pytest.mark.parametrize("mark", ["，", " ", "（"])
def test_a_doubtful_mark_is_let_be(mark: str, one_line: Pixels, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every eighth line would be read twice for the width of a bracket."""
    reader = Reader(read_as(f"桂大山{mark}73岁", **{mark: 0.6}), Read("", (), ()))
    assert read_by(reader, one_line, monkeypatch) == f"桂大山{mark}73岁"
    assert reader.widths == [360]
