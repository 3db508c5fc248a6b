"""Where logging is set up."""

import pytest

from flaskgrade.flaskapp.logging_setup import find_logging_setups
from tests.flaskapp.projects import project


@pytest.mark.parametrize(
    "source",
    [
        "logging.basicConfig(level='INFO')",
        "from logging.config import dictConfig\ndictConfig({})",
        "logging.config.fileConfig('logging.ini')",
        "app.logger.addHandler(handler)",
        "app.logger.handlers = gunicorn.handlers",
        "logging.getLogger().handlers.extend(others)",
        "from loguru import logger\nlogger.add('x.log')",
    ],
)
def test_handlers_and_configurations_are_set_ups(source: str) -> None:
    """They decide where records go."""
    assert len(find_logging_setups(project(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "app.logger.setLevel('INFO')",
        "log = logging.getLogger(__name__)",
        "signals.handlers.append(f)",
        "events.handlers = []",
        "basket.add(item)",
    ],
)
def test_levels_and_other_handlers_are_none(source: str) -> None:
    """A level leaves records where they were."""
    assert find_logging_setups(project(source)) == ()
