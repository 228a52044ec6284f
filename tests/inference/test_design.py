"""The search for molecules: scores as a fresh run's, a front that threads and kills do not change, limits, refusals."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import yaml

import kinecast as kc
from kinecast.errors import RunError
from kinecast.inference.design import evaluating, search
from kinecast.inference.design.candidate import Candidate
from kinecast.inference.design.conducting import JOURNAL
from kinecast.inference.design.evaluating import Bench, Refused
from kinecast.inference.design.front import Evaluation, front
from kinecast.inference.design.journal import opened
from kinecast.inference.design.objectives import limits_of, objectives_of
from kinecast.inference.design.reading import read_space
from kinecast.inference.design.scoring import Score
from kinecast.inference.design.starting import starting_points
from kinecast.inference.open_numbers import stored_draws
from kinecast.patients import Population

SPACE = {
    "disease": "melanoma-metastatic",
    "cytokines": {"aldesleukin": {"IL-2Ra": [1, 1000, "none"], "IL-2Rb": [0.005, 10]}},
    "copies": [1],
    "formats": ["free", "fc"],
    "targets": {"none": None},
    "masks": {"none": None},
    "routes": ["iv"],
    "every": ["8 h", "1 week"],
    "doses": [1, 4],
    "treatment": "4 weeks",
    "follow_up": "9 weeks",
    "scans": "every 4 weeks",
    "partners": {"none": None},
}
"""All of one set of equations, so that tests compile once."""

PATIENTS, EVALUATIONS = 6, 14
"""Two batches, the second cut short."""


@pytest.fixture(scope="module", autouse=True)
def early():
    """Let candidates follow from those before as soon as the first batch is there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "AT_RANDOM", 5)
        yield


def found(**more):
    settings = {"evaluations": EVALUATIONS, "patients": PATIENTS, "draws": 0, "threads": 2} | more
    return kc.design(SPACE, **settings)


def keys(designs):
    return [(point.evaluation.number, point.evaluation.candidate, dict(point.evaluation.scores)) for point in designs.points]


@pytest.fixture(scope="module")
def whole():
    return found()


def test_scores_are_those_of_a_fresh_run_of_the_protocol():
    """Each evaluated after another molecule of the same equations, and beside `kinecast.run` of what is stored of it."""
    space = read_space({**SPACE, "formats": ["free", "fc", "peg"]})
    bench = Bench(space, 12, 3)
    starts, _ = starting_points(space)
    base = starts["aldesleukin"]
    other = Candidate(
        **{**base.as_dict(), "kd": {"IL-2Ra": 31.5, "IL-2Rb": 0.12}, "format": "peg", "dose": 9.7, "every": "1 week"}
    )
    for candidate in (base, starts["no-alpha"], starts["beta-biased"], other):
        score = bench.evaluate(candidate.protocol(space, 12, "One"))
        assert isinstance(score, Score)
        run = kc.run(yaml.safe_dump(candidate.content(space, 12, "One")), seed=3)
        patients = run.patients
        assert list(score.responded) == list(patients["best_response"].isin(["CR", "PR"]))
        graded = [name for name in patients if name.startswith("worst_") and name != "worst_lymphopenia"]
        assert list(score.harmed) == list((patients[graded] >= 3).any(axis=1))
        model = bench._model(candidate.protocol(space, 12, "One"))
        people = bench._people(Population(model, 3), (model.equations, 3, None))
        assert hashlib.sha256(people.parameters.tobytes()).hexdigest() == run.provenance["parameters"]
    assert len(bench._compiled) < 4


def test_people_of_a_draw_are_those_of_a_fresh_population():
    space = read_space(SPACE)
    bench = Bench(space, 10, 1)
    starts, _ = starting_points(space)
    for name in ("aldesleukin", "super-2", "beta-biased"):
        model = bench._model(starts[name].protocol(space, 10, name))
        population = Population(model, 1, factors=stored_draws().factors(2, model), attempts_max=evaluating.ATTEMPTS)
        people = bench._people(population, (model.equations, 1, 2))
        np.testing.assert_array_equal(people.parameters, population.sample(np.arange(10)).parameters)


def test_treg_over_cd8_is_by_areas_and_one_at_rest():
    space = read_space(SPACE)
    bench = Bench(space, 5, 1)
    rest = bench.evaluate(evaluating.references(space, 5)["untreated"])
    assert isinstance(rest, Score) and rest.values["treg_cd8"] == pytest.approx(1.0)
    starts, _ = starting_points(space)
    protocol = starts["aldesleukin"].protocol(space, 5, "One")
    score = bench.evaluate(protocol)
    assert isinstance(score, Score) and score.visits == 2  # 4 doses every 8 h: on days 1 and 2
    curves = kc.run(protocol, seed=1).curves_store
    assert curves.by_arm is not None
    treg, cd8 = (curves.by_arm["candidate"][:, :, curves.quantities.index(name)].astype(float) for name in ("treg", "cd8"))
    inside = curves.times <= 1 + 30  # until 30 days after the last dose
    areas = [np.trapezoid(cells[:, inside], curves.times[inside]) for cells in (treg, cd8)]
    expected = areas[0] / areas[1] / (treg[:, 0] / cd8[:, 0])
    np.testing.assert_allclose(score.treg_cd8, expected, rtol=1e-9)


def test_the_front_does_not_depend_on_threads(whole):
    assert keys(found(threads=1)) == keys(whole)


def test_named_molecules_come_first_and_what_the_disease_lacks_is_told(whole):
    assert list(whole.names.values()) == ["aldesleukin", "super-2", "no-alpha", "beta-biased"]
    assert whole.evaluations[1].candidate.kd["IL-2Rb"] == pytest.approx(1.2 / 144, rel=0.01)
    assert whole.left_out["CEA-targeted"] == "melanoma-metastatic has no density of cea in the catalogue"
    assert whole.left_out["IL-15 complex"] == "the space has no rhil-15"
    assert "FAP-targeted" in whole.left_out


def test_a_search_that_is_killed_goes_on_as_if_it_were_not(whole, tmp_path):
    """Killed by SIGKILL in the middle of a batch, and once more cut off in the middle of a line of its journal."""
    code = (
        "import json, sys, kinecast\n"
        "from kinecast.inference.design import search\n"
        "search.AT_RANDOM = 5\n"
        "space, out = json.loads(sys.argv[1]), sys.argv[2]\n"
        f"kinecast.design(space, evaluations={EVALUATIONS}, patients={PATIENTS}, draws=0, threads=2, out=out)\n"
    )
    out, journal = tmp_path / "out", tmp_path / "out" / JOURNAL
    process = subprocess.Popen([sys.executable, "-c", code, json.dumps(SPACE), str(out)], env={**os.environ})
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if journal.exists() and journal.read_bytes().count(b"\n") >= 10:  # the study, its settings, and a batch
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    process.wait()
    kept = journal.read_bytes()
    before = kept.count(b"\n")
    assert before >= 10
    journal.write_bytes(kept[: kept.rfind(b"\n", 0, -1) + 40])  # the last line, cut off
    again = found(out=out)
    assert 0 < again.resumed < EVALUATIONS or process.returncode == 0
    assert keys(again) == keys(whole)
    assert [one.as_dict() for one in again.evaluations] == [one.as_dict() for one in whole.evaluations]
    assert keys(found(out=out)) == keys(whole)  # and a search that had ended is only read


def test_a_longer_search_begins_as_the_shorter_one(whole, tmp_path):
    assert found(evaluations=10, out=tmp_path).evaluations == whole.evaluations[:10]
    longer = found(out=tmp_path)
    assert longer.resumed == 10 and longer.evaluations == whole.evaluations


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"seed": 2}, "other settings: seed: 1, now 2"),
        ({"constraints": ["visits <= 3"]}, "other settings: constraints"),
        ({"evaluations": 1}, "evaluations: 1 are asked for, and 2 are there."),
    ],
)
def test_a_folder_of_another_search_is_refused(tmp_path, more, said):
    found(evaluations=2, out=tmp_path)
    stored = (tmp_path / JOURNAL).read_bytes()
    with pytest.raises(RunError) as error:
        found(**({"evaluations": 2} | more), out=tmp_path)
    assert said in str(error.value)
    assert (tmp_path / JOURNAL).read_bytes() == stored


def test_a_search_that_is_killed_before_its_first_evaluation_begins_again(tmp_path):
    found(evaluations=2, out=tmp_path)
    first = (tmp_path / JOURNAL).read_bytes().splitlines(keepends=True)[0]
    for left in (b"", first[:20], first):  # nothing, part of the study, the study without its settings
        (tmp_path / JOURNAL).write_bytes(left)
        assert found(evaluations=2, out=tmp_path).resumed == 0


def test_a_damaged_journal_is_named(tmp_path):
    found(evaluations=2, out=tmp_path)
    path = tmp_path / JOURNAL
    with opened(path, {}, ()), pytest.raises(RunError, match="another search is writing"):
        found(evaluations=2, out=tmp_path)
    path.write_bytes(b"{}{\n" + path.read_bytes())
    with pytest.raises(RunError, match="line 1"):
        found(evaluations=2, out=tmp_path)


def test_what_cannot_be_simulated_is_counted_and_the_search_goes_on(monkeypatch):
    conduct = evaluating.conduct

    def sometimes(protocol, *rest):
        if protocol.arms.get("candidate") and protocol.arms["candidate"][0].dose.value > 30:
            raise ZeroDivisionError("too much")
        return conduct(protocol, *rest)

    monkeypatch.setattr(evaluating, "conduct", sometimes)
    designs = found()
    refused = [one for one in designs.evaluations if one.refused]
    assert len(designs.evaluations) == EVALUATIONS and {one.candidate.dose > 30 for one in refused} == {True}
    assert designs.refused == {"ZeroDivisionError: too much": len(refused)}
    assert designs.as_dict()["counts"]["refused"] == len(refused)
    assert all(point.evaluation.candidate.dose <= 30 for point in designs.points)


def test_a_molecule_that_is_refused_is_counted():
    space = read_space(SPACE)
    candidate = Candidate(**{**starting_points(space)[0]["aldesleukin"].as_dict(), "route": "intravesical"})
    made = search.Search(space, objectives_of(()), (), (), 1, 1).protocol(0, candidate)
    assert isinstance(made, Refused) and "intravesical" in made.reason


def test_limits_come_first():
    limited = found(constraints=["grade3 <= 40 %", "visits <= 6"])
    assert limited.feasible
    assert all(point.scores["grade3"].value <= 0.4 and point.scores["visits"].value <= 6 for point in limited.points)
    impossible = found(constraints=["response >= 100 %"], evaluations=9)
    assert not impossible.feasible and len(impossible.points) == 5


def test_the_front_against_its_definition():
    random = np.random.default_rng(1)
    names = ("response", "grade3", "treg_cd8", "visits")
    candidate = Candidate("a", {}, 1, "free", "none", 0.0, "none", 1.0, "iv", "1 week", 1, "none")
    scores = [dict(zip(names, map(float, random.integers(0, 5, 4)), strict=True)) for _ in range(60)]
    every = [Evaluation(n, Candidate(**{**candidate.as_dict(), "dose": n + 1.0}), one) for n, one in enumerate(scores)]
    limits = limits_of(["visits <= 3"])

    def beats(one, other):
        pairs = [(one["response"], other["response"]), *((-one[name], -other[name]) for name in names[1:])]
        return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)

    able = [one for one in every if one.scores["visits"] <= 3]
    expected = {one.number for one in able if not any(beats(other.scores, one.scores) for other in able)}
    best = front(every, objectives_of(()), limits)
    assert {one.number for one in best} == expected
    assert [one.scores["response"] for one in best] == sorted((one.scores["response"] for one in best), reverse=True)


def test_bands_hold_the_score_and_those_over_both_are_the_widest():
    designs = found(evaluations=9, draws=3)
    for point in designs.points:
        assert point.scores["visits"].patients is None
        for name in ("response", "grade3", "treg_cd8"):
            one = point.scores[name]
            for band in (one.patients, one.parameters, one.both):
                assert band is not None and band[0] <= one.value <= band[1]
            assert one.both[0] <= one.patients[0] and one.both[1] >= one.patients[1]
            assert one.other_patients is not None
    assert {"response_low", "response_other_patients"} <= set(designs.table())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"disease": "colorectl"}, "'colorectl' is not in the catalogue"),
        ({"disease": "melanoma-adjuvant"}, "the model has no lesions of it"),
        ({"tagets": {}}, "tagets: is not a field of a space"),
        ({"cytokines": {"nivolumab": {}}}, "'nivolumab' is not a cytokine"),
        ({"cytokines": {"aldesleukin": {"IL-2Rx": [1, 2]}}}, "does not bind 'IL-2Rx'"),
        ({"cytokines": {"aldesleukin": {"IL-2Ra": [0, 2]}}}, "cytokines.aldesleukin.IL-2Ra: '[0, 2]'"),
        ({"copies": [9]}, "copies: '9'"),
        ({"formats": ["fcc"]}, "formats: 'fcc' is not known"),
        ({"targets": {"cea": ["1 nM", "10 nM"]}}, "'cea' has no density in melanoma-metastatic"),
        ({"targets": {"fap": ["1 nM", "10 nM"]}}, "formats: none of them has an arm"),
        ({"masks": {"m": {"block": 10}}}, "masks.m"),
        ({"dose": ["1", "2 ug/kg"]}, "dose: '1' has no unit"),
        ({"dose": ["3 ug/kg", "2 ug/kg"]}, "is not a range above zero"),
        ({"routes": ["oral"]}, "routes: 'oral' is not known"),
        ({"every": ["often"]}, "every: 'often'"),
        ({"doses": [3, 1]}, "doses: '[3, 1]'"),
        ({"treatment": "30 weeks"}, "treatment: '30 weeks' is longer than follow_up"),
        ({"partners": {"aspirin": {}}}, "'aspirin' is no drug"),
        ({"partners": {"nivolumab": {"dose": "3 mg/kg", "route": "by mouth"}}}, "partners.nivolumab"),
        ({"hold": "never"}, "hold: 'never' is not a rule"),
        ({"not_counted": ["boredom"]}, "not_counted: 'boredom'"),
        ({"not_counted": [["lymphopenia"]]}, "not_counted: "),
        ({"cytokines": {"aldesleukin": {"IL-2Rb": [0.1, 1, "none"]}}}, "without IL-2Rb aldesleukin does nothing"),
        ({"cytokines": {"aldesleukin": {"IL-2Rb": [1e-300, 1]}}}, "not between"),
        ({"scans": "sometimes"}, "sometimes"),
    ],
)
def test_what_a_space_cannot_say_is_named(change, said):
    with pytest.raises(RunError) as error:
        read_space({**SPACE, **change})
    assert said in str(error.value)


def test_one_toxicity_needs_no_list():
    assert read_space({**SPACE, "not_counted": "lymphopenia"}).not_counted == ("lymphopenia",)


@pytest.mark.parametrize("disease", ["colorectal", "renal-cell-metastatic", "non-small-cell-lung", "head-and-neck"])
def test_default_spaces_are_complete_and_hold_the_named_molecules(disease):
    space = read_space(disease)
    assert read_space(space.as_yaml()) == space
    starts, left_out = starting_points(space)
    assert len(starts) + len(left_out) == 7
    assert all("no density" in reason for reason in left_out.values())


def test_limits_are_read():
    assert [str(one) for one in limits_of(["grade3 <= 30 %", "visits>=2"])] == ["grade3 <= 0.3", "visits >= 2"]
    for wrong in ("grade3 < 0.3", "harm <= 0.3", "grade3 <= 30", "visits <= 3 %"):
        with pytest.raises(RunError, match="constraint"):
            limits_of([wrong])
    with pytest.raises(RunError, match="objective"):
        objectives_of(["harm"])


def test_numbers_that_make_no_sense_are_refused(tmp_path):
    for more in ({"evaluations": 0}, {"patients": 0}, {"seed": -1}, {"draws": 10_000}, {"threads": 0}):
        with pytest.raises(RunError, match=next(iter(more))):
            found(out=tmp_path / "none", **more)
    assert not (tmp_path / "none").exists()
