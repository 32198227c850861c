"""The API keeps to its own description: schemathesis makes up calls from the OpenAPI document and looks at answers."""

from __future__ import annotations

import shutil

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from desk.people.rights import SCOPES
from pipeline.settings import DeskSettings, Settings
from tests.desk.conftest import add_token, app_of, case_of
from tests.process.home import Home

# A well-formed call may still make no sense: a move without a reason, blanks for a question. That is 400 and says why.
_EXCLUDED = [positive_data_acceptance]
# Seconds. The first picture that is asked about loads the reader, which takes a while on a busy machine.
_PATIENCE = 120


@pytest.fixture(scope="session")
def called_home(stories: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An installation for made-up calls; they may change it."""
    folder = tmp_path_factory.mktemp("schema") / "home"
    shutil.copytree(stories.folder, folder)
    return Home(folder)


@pytest.fixture(scope="session")
def token(called_home: Home) -> str:
    """A token that may do everything."""
    return add_token(called_home, *SCOPES)


@pytest.fixture(scope="session")
def described(called_home: Home) -> schemathesis.BaseSchema:
    """The description, as it is served, of a desk without a limit on calls."""
    generous = Settings(desk=DeskSettings(api_requests_a_minute=1_000_000))
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app_of(called_home, generous))


@pytest.mark.slow
def test_every_call_answers_as_described(described: schemathesis.BaseSchema, token: str, called_home: Home) -> None:
    """A program written from the description would break on an answer that is not in it."""
    key = {"Authorization": f"Bearer {token}"}
    case_id = case_of(called_home, "weibo:a1")
    for found in described.get_all_operations():
        _try(found.ok().as_strategy(), key, case_id)


def _try(cases: SearchStrategy[Case], key: dict[str, str], case_id: str) -> None:
    @given(cases)
    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Case) -> None:
        case.call_and_validate(headers=key, excluded_checks=_EXCLUDED, timeout=_PATIENCE)
        if "name" in case.path_parameters:
            # Made-up names are never a case; the same call once more on one that stands.
            case.path_parameters["name"] = case_id
            case.call_and_validate(headers=key, excluded_checks=_EXCLUDED, timeout=_PATIENCE)

    call()


def test_without_a_token_every_call_is_refused(described: schemathesis.BaseSchema) -> None:
    """A call added later could stand open to everybody."""
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 14
    for operation in operations:
        names = {"name": "weibo:a1", "act_id": 1, "which": "waiting"}
        case = operation.Case(path_parameters=names, query={"q": "x"}, body={}, media_type="application/json")
        assert case.call().status_code in {401, 422}, operation.label
