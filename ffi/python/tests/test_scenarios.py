"""Every scenario of ``ffi/scenarios.txt``, against a real server."""

import pathlib

import pytest
from player import Player, read
from town import Town

SCENARIOS = read(pathlib.Path(__file__).parents[2] / "scenarios.txt")


def test_there_are_scenarios():
    assert len(SCENARIOS) > 10


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_scenario(scenario):
    people = {step.who for step in scenario.steps} - {"office"}
    with Town(*sorted(people)) as town:
        player = Player(town)
        for step in scenario.steps:
            player.play(step)
