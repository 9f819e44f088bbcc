"""The commands of docs/http.md work as they stand, and its tables are true."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.routes.models import PageQuery
from tests.app.test_server import serving

PAGE = (Path(__file__).parents[2] / "docs" / "http.md").read_text()


@pytest.mark.skipif(shutil.which("curl") is None, reason="the commands of the page are curl's")
def test_every_command_can_be_pasted(tmp_path: Path) -> None:
    """All blocks in one shell, in order, against a fresh service: none fails."""
    script = "set -e\n" + "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    with serving(tmp_path, factory="app.main:create_app") as (_, client):
        script = script.replace("http://127.0.0.1:8000", str(client.base_url))
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        plans = len(client.get("/v1/plans").json()["plans"])
        assert 9 <= plans <= 11  # the batch is cancelled while its two jobs are done


def test_every_parameter_of_the_list_is_explained() -> None:
    """The table has the parameters that there are."""
    section = PAGE.partition("## List plans")[2].partition("\n## ")[0]
    rows = " ".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE))
    assert re.findall(r"`(\w+)`", rows) == list(PageQuery.model_fields)
