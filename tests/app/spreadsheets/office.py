"""LibreOffice, where it is installed: an independent program that opens, recalculates and saves workbooks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
 <item oor:path="/org.openoffice.Office.Calc/Formula/Load">
  <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
 </item>
</oor:items>
"""

needs_office = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice (Debian package libreoffice-calc) is not installed"
)


def saved_again(folder: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """Each workbook as LibreOffice saves it after it opened it and calculated everything anew."""
    assert SOFFICE is not None
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    (folder / "in").mkdir()
    for name, content in files.items():
        (folder / "in" / f"{name}.xlsx").write_bytes(content)
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to"]
    command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out")]
    names = [str(folder / "in" / f"{name}.xlsx") for name in files]
    subprocess.run([*command, *names], check=True, capture_output=True, timeout=900)
    return {name: (folder / "out" / f"{name}.xlsx").read_bytes() for name in files}
