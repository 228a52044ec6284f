"""The model language: what modules declare, how they join, and what is refused."""

from __future__ import annotations

import pytest

from kinecast.errors import NetworkError
from kinecast.network import Module, assemble, exp, symbol


def decay() -> Module:
    module = Module("decay")
    amount = module.state("amount", "nmol", initial=2.0, scale=1.0)
    rate = module.parameter("rate", 0.5, "1/h")
    module.reaction("loss", {amount: -1}, rate * amount)
    return module


def test_parameters_are_held_in_canonical_units():
    network = assemble([decay()])
    assert network.parameters[0].value == pytest.approx(12.0)  # 0.5 per hour is 12 per day
    assert network.factor("rate") == pytest.approx(24.0)


def test_initial_number_is_in_the_unit_of_the_state():
    module = Module("tumour")
    module.state("volume", "mL", initial=6.0, scale=1.0)
    state = assemble([module]).states[0]
    assert state.initial.value == pytest.approx(0.006)  # litres
    assert state.scale == pytest.approx(0.001)


def test_modules_meet_through_names():
    sink = Module("sink")
    sink.contribute("uptake", sink.read("amount", "nmol") * sink.parameter("k", 1.0, "1/d"))
    source = decay()
    total = source.total("uptake", "nmol/d")
    from kinecast.network import symbol

    source.reaction("uptake", {symbol("amount"): -1}, total)
    derivative = assemble([source, sink]).derivatives()["amount"]
    assert {"amount", "rate", "uptake"} <= derivative.symbols()


def test_a_total_without_terms_is_zero():
    module = decay()
    uptake = module.total("uptake", "nmol/d")
    module.reaction("taken_up", {symbol("amount"): -1}, uptake)
    module.define("speed_up", 1 + uptake / module.parameter("scale", 2.0, "nmol/d"), "1")
    network = assemble([module])
    assert "uptake" not in network.definitions and "scale" not in {p.name for p in network.parameters}
    assert [reaction.name for reaction in network.reactions] == [reaction.name for reaction in assemble([decay()]).reactions]
    assert network.definitions["speed_up"].symbols() == set()


def test_a_missing_module_leaves_the_default():
    module = Module("reader")
    level = module.read("il6", "pg/mL", default=2.0)
    module.define("twice", 2 * level, "pg/mL")
    network = assemble([module])
    assert {p.name: p.value for p in network.parameters} == {"il6": pytest.approx(2.0 * network.factor("il6"))}


def test_a_name_that_nobody_provides_is_refused_with_the_nearest():
    module = decay()
    module.read("amout", "nmol")
    with pytest.raises(NetworkError, match="amout") as error:
        assemble([module])
    assert "amount" in error.value.hint


def test_a_reading_in_another_dimension_is_refused():
    reader = Module("reader")
    reader.read("amount", "nM")
    with pytest.raises(NetworkError, match="reads amount in nM"):
        assemble([decay(), reader])


def test_the_same_name_twice_is_refused():
    with pytest.raises(NetworkError, match="amount is declared by decay and by again"):
        other = Module("again")
        other.state("amount", "nmol", scale=1.0)
        assemble([decay(), other])


def test_a_parameter_with_two_values_is_refused():
    other = Module("other")
    other.parameter("rate", 0.7, "1/h")
    with pytest.raises(NetworkError, match="rate has two values"):
        assemble([decay(), other])


def test_definitions_in_a_circle_are_refused():
    module = Module("circle")
    from kinecast.network import symbol

    module.define("a", symbol("b") + 1, "1")
    module.define("b", symbol("a") + 1, "1")
    with pytest.raises(NetworkError, match="circle: a → b → a"):
        assemble([module])


def test_definitions_are_ordered_by_use():
    module = Module("order")
    from kinecast.network import symbol

    module.define("late", symbol("early") * 2, "1")
    module.define("early", module.parameter("x", 3.0, "1") + 1, "1")
    assert list(assemble([module]).definitions) == ["early", "late"]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda m, a, k: m.reaction("r", {a: -1}, k), "change of amount"),
        (lambda m, a, k: m.define("d", a + k, "nmol"), "add of"),
        (lambda m, a, k: m.define("d", exp(a), "1"), "exp of a quantity with dimension"),
        (lambda m, a, k: m.define("d", a**k, "1"), "an exponent has the dimension"),
        (lambda m, a, k: m.define("d", a * k, "nmol"), "where substance is declared"),
    ],
)
def test_a_wrong_dimension_is_refused_and_named(build, message):
    module = Module("wrong")
    amount = module.state("amount", "nmol", scale=1.0)
    rate = module.parameter("rate", 1.0, "1/d")
    build(module, amount, rate)
    with pytest.raises(NetworkError, match=message):
        assemble([module])


def test_an_initial_value_may_not_depend_on_a_state():
    module = decay()
    from kinecast.network import symbol

    module.state("copy", "nmol", initial=2 * symbol("amount"), scale=1.0)
    with pytest.raises(NetworkError, match="initial value of copy depends on the state amount"):
        assemble([module])


def test_an_expression_has_no_truth_value():
    amount = decay().read("x", "1")
    with pytest.raises(TypeError, match="where"):
        bool(amount)


def test_fingerprint_changes_with_an_equation_and_not_with_assembly():
    changed = decay()
    changed.define("extra", changed.parameter("rate", 0.5, "1/h") * 2, "1/h")
    assert assemble([decay()]).fingerprint() == assemble([decay()]).fingerprint()
    assert assemble([decay()]).fingerprint() != assemble([changed]).fingerprint()


def test_fingerprint_sees_every_digit_and_the_order_of_sums_but_not_what_is_shared():
    def with_extra(build):
        module = decay()
        a, b, c = (module.parameter(name, 1.0, "1") for name in "abc")
        module.define("extra", build(a, b, c), "1")
        return assemble([module]).fingerprint()

    def twice_shared(a, b, c):
        both = a + b
        return both * both

    assert with_extra(lambda a, b, c: 1.23456789 * a) != with_extra(lambda a, b, c: 1.23456788 * a)
    assert with_extra(lambda a, b, c: a + (b + c)) != with_extra(lambda a, b, c: (a + b) + c)
    assert with_extra(twice_shared) == with_extra(lambda a, b, c: (a + b) * (a + b))
