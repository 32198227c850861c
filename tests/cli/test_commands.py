"""Every command explains itself, and speaks JSON where it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
import pytest

from pipeline.cli import COMMANDS, houxu
from tests.process.home import NOW, Home, run_houxu
from tests.process.scenes import STORY


def _paths(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _paths(inner, (*path, name))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_every_command_names_its_options(name: str) -> None:
    """A command would crash when asked how it works, or hide an option that it has."""
    command = houxu.get_command(click.Context(houxu), name)
    assert command is not None
    for path, inner in _paths(command, (name,)):
        said = run_houxu(*path, "--help")
        assert (said.code, said.err) == (0, "")
        options = [one for one in inner.params if isinstance(one, click.Option) and not one.hidden]
        for option in options:
            assert option.opts[-1] in said.out, (path, option.opts)
            assert option.help or option.name == "now", (path, option.opts)


def test_help_lists_every_command() -> None:
    """Somebody would never learn that a command exists."""
    said = run_houxu("--help")
    assert said.code == 0
    assert [name for name in COMMANDS if name not in said.out] == []


@pytest.mark.parametrize("arguments", [["nonsense"], ["import"], ["case"], ["process", "--unknown"]])
def test_a_mistake_on_the_command_line_ends_with_2(arguments: list[str]) -> None:
    """A script would take a typing error for success."""
    assert run_houxu(*arguments).code == 2


def test_a_case_is_found_by_its_id_and_by_any_of_its_posts(home: Home) -> None:
    """A volunteer who has only the link of a copy could not find the case."""
    home.settle(*STORY)
    case_id = home.values("SELECT case_id FROM cases WHERE origin_post_id = 'weibo:a1'")[0]
    for name in (case_id, "weibo:b1", "b1", "weibo:c1"):
        said = home.run("case", name, "--json", "--now", NOW)
        assert said.code == 0
        assert case_id in json.dumps(json.loads(said.out))
    assert home.run("case", "weibo:nobody").code == 2


def test_a_case_in_words_carries_its_status_and_the_authors_words(home: Home) -> None:
    """A reader would see a verdict and not what it stands on."""
    home.settle(*STORY)
    said = home.run("case", "weibo:a1", "--now", NOW)
    assert "已解决" in said.out
    assert "问题解决了" in said.out


def test_the_report_of_an_empty_store_is_a_page(home: Home) -> None:
    """The first evening would end in a stack trace."""
    home.settle()
    said = home.run("report", "-o", "-", "--now", NOW)
    assert said.code == 0
    assert said.out.lstrip().startswith("<!")


def test_judge_knows_only_same_and_different(home: Home) -> None:
    """A misspelt judgement would be kept and never understood."""
    home.settle(*STORY[:2])
    assert home.run("judge", "maybe", "weibo:a1", "weibo:b1").code == 2
    assert home.values("SELECT COUNT(*) FROM judgements") == [0]


def test_an_explanation_for_programs_says_what_the_one_in_words_says(home: Home) -> None:
    """A program would have to pick rules and quotes out of sentences."""
    home.settle(*STORY)
    told = json.loads(home.run("status", "explain", "weibo:a1", "--json", "--now", NOW).out)
    words = home.run("status", "explain", "weibo:a1", "--now", NOW).out
    assert told["status"] == "resolved"
    assert {one["post_id"] for one in told["updates"]} <= {one["post_id"] for one in told["considered"]}
    assert all(one["post_id"] in words for one in told["considered"])
    assert all(clause["rule"] in words for one in told["considered"] for clause in one["clauses"])


def test_pairs_for_programs_carry_every_printed_figure(home: Home) -> None:
    """F1 stands on the screen, and a script would have to compute it."""
    home.settle(*STORY)
    pairs = home.folder / "pairs.tsv"
    pairs.write_text("left\tright\nweibo:a1\tweibo:b1\n", encoding="utf-8")
    agreement = json.loads(home.run("evaluate", "pairs", pairs, "--json").out)["agreement"]
    assert agreement["pairs"]["f1"] == agreement["b_cubed"]["f1"] == 1.0
