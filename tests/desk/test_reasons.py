"""Every reason that the code can give has its words, in both languages, and each of them reaches the reader."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline.status
from desk.views.reasons import tell_reason
from pipeline.datafiles import read_table
from pipeline.status.effects import load_effects
from pipeline.status.lexicon import STATUS_DIR

_CODE = Path(pipeline.status.__file__).parent
# The functions of machine.py that return the key of an effect.
_EFFECT_MAKERS = ("_passed_over", "_mismatch", "_effect_of_progress", "_effect_of_doubt", "_third_party_effect")


def strings_in(path: Path) -> Iterator[str]:
    """Every word of the code that looks like a key: lower case, underscores."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch("[a-z][a-z_]+", node.value):
            yield node.value


def keys_given() -> set[str]:
    """What the code gives as an effect: `Step(…, "…")`, `.review("…")`, and what machine.py's functions of an effect
    return."""
    found: set[str] = set()
    for path in _CODE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name_of(node.func) in ("Step", "review"):
                found |= set().union(*(_literals(argument) for argument in node.args[-1:]))
    for node in ast.walk(ast.parse((_CODE / "machine.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and _name_of(node.targets[0]) == "effect":
            found |= _literals(node.value)
        if isinstance(node, ast.FunctionDef) and node.name in _EFFECT_MAKERS:
            found |= set().union(*(_literals(one.value) for one in ast.walk(node) if isinstance(one, ast.Return)))
    return found - {""}


def _literals(value: ast.AST | None) -> set[str]:
    """The words that an expression can be: itself, or either side of a choice."""
    if isinstance(value, ast.IfExp):
        return _literals(value.body) | _literals(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else set()


def _name_of(called: ast.AST) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_every_effect_that_the_code_gives_has_its_words() -> None:
    """A case would ask for review and the page would fail where it should say why."""
    keys = keys_given()
    assert len(keys) > 15
    assert keys <= load_effects().keys()


def test_no_effect_has_words_that_nothing_gives() -> None:
    """The table would promise what never happens."""
    given = {key for path in _CODE.glob("*.py") for key in strings_in(path)}
    assert load_effects().keys() <= given


def test_every_tie_to_a_case_has_its_words() -> None:
    """The explanation of a status would show a key of the code instead of words."""
    wording = {row["key"] for _, row in read_table(STATUS_DIR / "wording.tsv")}
    tree = ast.parse((_CODE / "relevance.py").read_text(encoding="utf-8"))
    tuples = [
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name_of(node.func) == "Relevance"
        for argument in node.args
        if isinstance(argument, ast.Tuple)
        for part in argument.elts
    ]
    returned = {part.value for part in tuples if isinstance(part, ast.Constant)}
    assert returned
    assert {f"reason.{one}" for one in returned} <= wording


@pytest.mark.parametrize("key", [key for key, effect in load_effects().items() if effect.asks_review])
def test_an_english_reader_reads_why_a_person_is_asked(key: str) -> None:
    """The English desk would show Chinese where it matters most."""
    effect = load_effects()[key]
    assert tell_reason("zh", effect.zh) == effect.zh
    told = tell_reason("en", f"{effect.zh}；另有 2 条同样")
    assert told == f"{effect.en}; 2 more of the same"
    assert not re.search("[\u4e00-\u9fff]", told)


def test_a_quote_inside_a_reason_stays_as_it_was_said() -> None:
    """A translated quote would be nobody's words."""
    said = "作者说已有结果之后，帖子 weibo:1 仍称“还没人管”，请核查"
    assert tell_reason("en", said) == "after the author's result post weibo:1 still says “还没人管”"
