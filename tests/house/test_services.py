"""The services that the README gives are those that the other ways to start Jalon start, and systemd takes them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.source import ROOT

UNIT = re.compile(r"```ini\n# /etc/systemd/system/(jalon-\w+\.service)\n(.*?)```", re.DOTALL)
UNITS = dict(UNIT.findall((ROOT / "README.md").read_text()))


def test_the_services_start_what_the_image_starts() -> None:
    started = {name: re.findall(r"^ExecStart=/opt/jalon/.venv/bin/(.*)$", unit, re.M) for name, unit in UNITS.items()}
    image = re.search(r"^CMD \[(.*)\]$", (ROOT / "Dockerfile").read_text(), re.M)
    assert image is not None
    web = image[1].replace('", "', " ").strip('"').split()
    web[web.index("--host") + 1] = "127.0.0.1"  # a proxy stands on the same machine
    assert started.keys() == {"jalon-web.service", "jalon-worker.service"}
    assert started["jalon-worker.service"] == ["python manage.py work"]
    assert [sorted(said.split()) for said in started["jalon-web.service"]] == [sorted(web)]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd to ask")
def test_systemd_takes_the_services(tmp_path: Path) -> None:
    for name, unit in UNITS.items():
        here = unit.replace("/opt/jalon", str(ROOT)).replace("User=jalon", "User=root")
        (tmp_path / name).write_text(here)
    asked = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    about_ours = [line for line in said.stderr.splitlines() if "jalon-" in line]
    assert (said.returncode, about_ours) == (0, [])
