from collections.abc import Iterator

import pytest
from measuring import Figures


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    noted = Figures()
    yield noted
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(noted.table())
