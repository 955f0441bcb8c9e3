"""Commands that are killed at random moments are made up for: the tables are the same, byte for byte."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("DIGITIZE_TEST_KILLS", "40"))
SEED = int(os.environ.get("DIGITIZE_TEST_SEED", "1"))
LIMIT_S = 30.0  # for one kill


@pytest.mark.campaign
def test_campaign_of_kills(tmp_path: Path) -> None:
    arguments = (str(tmp_path / "kills"), str(KILLS), str(SEED), str(LIMIT_S * KILLS))
    command = [sys.executable, "-m", "tests.cli.kills", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, timeout=2 * LIMIT_S * KILLS, stdout=subprocess.PIPE
    )
    found = json.loads(done.stdout)
    print(found)
    assert found["violations"] == []
    assert sum(found["kills"].values()) >= KILLS
