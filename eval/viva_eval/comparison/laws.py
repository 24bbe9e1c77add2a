"""How often perturbations' laws held in either run."""

from collections.abc import Mapping

from scipy.stats import fisher_exact

from viva_eval.comparison.model import LawChange
from viva_eval.metrics.paired import Finding
from viva_eval.summary.model import PerturbationRate, Rate

_SIGNIFICANT = 0.05


def compare_laws(
    first: Mapping[str, PerturbationRate], second: Mapping[str, PerturbationRate]
) -> tuple[LawChange, ...]:
    """Return the rates of the perturbations that both runs have, by name."""
    return tuple(
        LawChange(
            name=name,
            law=second[name].law,
            first=first[name].held,
            second=second[name].held,
            finding=_finding(first[name].held, second[name].held),
        )
        for name in sorted(first.keys() & second.keys())
    )


def _finding(first: Rate, second: Rate) -> Finding:
    """A difference is shown where Fisher's exact test, two-sided, gives less than 5%."""
    if first.value is None or second.value is None or first.value == second.value:
        return Finding.NO_DIFFERENCE
    table = [[own.count, own.of - own.count] for own in (first, second)]
    if fisher_exact(table).pvalue >= _SIGNIFICANT:
        return Finding.NO_DIFFERENCE
    return Finding.BETTER if second.value > first.value else Finding.WORSE
