"""The documentation's rendered pages agree with the records, its examples run, and its links lead somewhere."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from kinecast.trial import Protocol

ROOT = Path(__file__).parents[1]


def test_reference_pages_agree_with_the_records():
    render = runpy.run_path(str(ROOT / "docs" / "render.py"))
    changed, stale = render["differing"](render["pages"]())
    assert not changed, f"out of date: {changed}: python docs/render.py"
    assert not stale, f"of no record: {stale}: python docs/render.py"


def test_the_protocol_of_the_readme_is_valid():
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert Protocol.read(block).patients == 270


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    """The example as written, on fewer patients; its `my-protocol.yaml` is the protocol shown below it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (protocol,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert "patients=1000" in code and "patients: 270" in protocol
    monkeypatch.chdir(tmp_path)
    Path("my-protocol.yaml").write_text(protocol.replace("patients: 270", "patients: 8"), encoding="utf-8")
    exec(compile(code.replace("patients=1000", "patients=8"), "README.md", "exec"), {})
    assert {path.name for path in tmp_path.iterdir()} == {"my-protocol.yaml", "waterfall.svg", "atkins", "my-protocol.html"}


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http", "mailto")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("script", sorted((ROOT / "docs").rglob("*.py")), ids=lambda path: path.name)
def test_every_script_of_the_docs_is_python(script):
    compile(script.read_text(encoding="utf-8"), script.name, "exec")
