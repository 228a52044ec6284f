"""Reading of records: errors name the file, the line, the field and the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinecast import catalog
from kinecast.catalog import Shelf, read_record, read_yaml
from kinecast.catalog.records import Disease, HoldingRule, Record
from kinecast.errors import CatalogError

RULE = """\
id: mild
name: mild
criteria:
  - observable: creatinine
    unit: mg/dL
    hold_above: 2.5
    source: Dutcher14
    where: table 3
    status: measured
"""


def _written(folder: Path, text: str, name: str = "mild.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_record_is_read_and_frozen(tmp_path: Path) -> None:
    rule = read_record(_written(tmp_path, RULE), HoldingRule)
    assert rule.criteria[0].hold_above == 2.5
    with pytest.raises(ValueError, match="frozen"):
        rule.name = "strict"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("hold_above: 2.5", "hold_abov: 2.5"), r"mild.yaml, line 6, criteria\[0\].hold_abov: .*not permitted"),
        (("unit: mg/dL", "unit: mg/dLL"), r"mild.yaml, line 5, criteria\[0\].unit: unknown unit 'dLL'"),
        (("hold_above: 2.5", "hold_above: much"), r"mild.yaml, line 6, criteria\[0\].hold_above: .*'much'"),
        (("status: measured", "status: guessed"), r"mild.yaml, line 9, criteria\[0\].status: .*'guessed'"),
        (("    hold_above: 2.5\n", ""), r"mild.yaml, line 4, criteria\[0\]: no threshold is given"),
        (("    where: table 3\n", ""), r"mild.yaml, line 4, criteria\[0\].where: Field required"),
    ],
)
def test_wrong_field_names_file_line_field_and_value(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(CatalogError, match=says):
        read_record(_written(tmp_path, RULE.replace(*change)), HoldingRule)


def test_unknown_field_suggests_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="Did you mean hold_above"):
        read_record(_written(tmp_path, RULE.replace("hold_above", "hold_abov")), HoldingRule)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id: x\nname: 'open\n", r"bad.yaml, line \d"),
        ("id: x\nlist: [1, 2\nname: y\n", r"bad.yaml, line 3"),
        ("id: x\nname: y\nid: z\n", "bad.yaml, line 3, column 1: 'id' is written twice"),
    ],
)
def test_broken_yaml_names_file_and_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CatalogError, match=says):
        read_yaml(_written(tmp_path, text, "bad.yaml"))


def test_empty_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"empty\.yaml, line 1"):
        read_record(_written(tmp_path, "", "empty.yaml"), Disease)
    with pytest.raises(CatalogError, match="No such file"):
        read_yaml(tmp_path / "none.yaml")


def test_shelf_reads_only_what_is_asked_for(tmp_path: Path) -> None:
    _written(tmp_path, RULE)
    _written(tmp_path, "broken: [", "other.yaml")
    shelf = Shelf(tmp_path, HoldingRule, "rule")
    assert list(shelf) == ["mild", "other"]
    assert shelf["mild"] is shelf["mild"]
    with pytest.raises(CatalogError, match=r"other.yaml, line"):
        shelf["other"]


def test_shelf_refuses_a_record_whose_id_is_not_its_files_name(tmp_path: Path) -> None:
    _written(tmp_path, RULE, "strict.yaml")
    with pytest.raises(CatalogError, match=r"strict.yaml, id: 'mild'"):
        Shelf(tmp_path, HoldingRule, "rule")["strict"]


@pytest.mark.parametrize("name", ["Proleukin", "proleukin", "IL-2", "aldesleukin"])
def test_agent_is_found_by_synonym(name: str) -> None:
    assert catalog.agent(name).id == "aldesleukin"
    assert name in catalog.agents()


@pytest.mark.parametrize(
    ("look", "says"),
    [
        (lambda: catalog.agent("aldesleukine"), "no agent 'aldesleukine'.*\n.*aldesleukin"),
        (lambda: catalog.disease("melanoma-metastasic"), "Did you mean melanoma-metastatic"),
        (lambda: catalog.trial("atkins199"), "Did you mean atkins1999"),
        (lambda: catalog.rule("proleukin-labels"), "proleukin-label"),
        (lambda: catalog.citation("Konrad9"), "Konrad90"),
        (lambda: catalog.parameters("dispositions"), "no set of parameters 'dispositions'"),
        (lambda: catalog.grading("ctc"), "ctcae"),
    ],
)
def test_unknown_key_suggests_the_nearest_names(look: object, says: str) -> None:
    with pytest.raises(CatalogError, match=says):
        look()  # type: ignore[operator]


def test_base_record_takes_no_unknown_field() -> None:
    with pytest.raises(ValueError, match="not permitted"):
        Record(extra=1)  # type: ignore[call-arg]
