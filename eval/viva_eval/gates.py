"""Gates: the figures that a grader must reach to ship, and the gaps it is known to have.

A gates file is TOML::

    [gates]
    qwk = { path = "headline.qwk.value", min = 0.70, required = true }
    smd = { path = "headline.smd.value", min = -0.15, max = 0.15 }
    ceiling = { path = "headline.qwk.value", within = 0.10, of = 0.93 }

    [known_gaps.2026-11-30]
    grader = "local"
    fingerprint = "0123456789abcdef"
    gaps = { qwk = { measured = 0.66 } }

A path walks through a run's summary, from field to field; without one the gate's name is the path.
A known gap excuses one grader from one gate, down to the figure that was measured for it on that
date. A later date may only tighten an earlier one's figure, and none may name a figure that passes.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from viva.domain import Frozen, GraderIdentity
from viva.errors import InputError
from viva_eval.judges import StaleCalibration

SHIPPED_GATES = Path(__file__).parent / "gates.toml"
ROUNDING = 0.0005
"""How far a figure may fall short of one that is written with three decimals."""


class Gate(Frozen):
    """Bounds of one figure."""

    path: str = ""
    min: float | None = None
    max: float | None = None
    within: float | None = Field(default=None, ge=0)
    """How far below ``of`` the figure may lie."""
    of: float | None = None
    """The ceiling: what two people who label reach with each other."""
    required: bool = False
    """Whether a run without the figure fails the gate."""

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if (self.within is None) != (self.of is None):
            raise ValueError("'within' and 'of' go together")
        if self.min is None and self.max is None and self.within is None:
            raise ValueError("it needs 'min', 'max', or 'within' with 'of'")
        return self

    @property
    def lowest(self) -> float:
        """The lowest figure that passes."""
        floors = [float("-inf")] if self.min is None else [self.min]
        if self.within is not None and self.of is not None:
            floors.append(self.of - self.within)
        return max(floors)

    @property
    def highest(self) -> float:
        """The highest figure that passes."""
        return float("inf") if self.max is None else self.max

    def shortfall(self, figure: float) -> float:
        """Return by how much a figure misses the bounds; 0 if it is within."""
        return max(self.lowest - figure, figure - self.highest, 0.0)


class Gap(Frozen):
    """What a grader was measured to reach of a gate that it does not pass."""

    measured: float
    why: str = ""


class KnownGaps(Frozen):
    """The gaps of one grader on one date."""

    grader: str
    fingerprint: str = ""
    """Of the grader that was measured; another one makes the figures stale. Empty if unknown."""
    gaps: dict[str, Gap] = Field(min_length=1)


class Gates(Frozen):
    """A gates file."""

    gates: dict[str, Gate] = Field(min_length=1)
    known_gaps: dict[date, KnownGaps] = {}

    @model_validator(mode="after")
    def _may_only_be_tightened(self) -> Self:
        last: dict[tuple[str, str], float] = {}
        for day, known in sorted(self.known_gaps.items()):
            for name, gap in known.gaps.items():
                if name not in self.gates:
                    raise ValueError(f"the known gaps of {day} name {name!r}, which is no gate")
                short = self.gates[name].shortfall(gap.measured)
                if not short:
                    raise ValueError(f"the known gap {name!r} of {day} is none: its figure passes")
                if short > last.get((known.grader, name), short):
                    raise ValueError(f"the known gap {name!r} of {day} is wider than before")
                last[known.grader, name] = short
        return self

    def gaps_of(self, grader: GraderIdentity) -> dict[str, tuple[date, Gap]]:
        """Return a grader's latest known gap of each gate, with its date.

        Raises:
            StaleCalibration: If its latest ones were measured for another fingerprint.
        """
        own = sorted(
            (day, known) for day, known in self.known_gaps.items() if known.grader == grader.name
        )
        if own and own[-1][1].fingerprint not in {"", grader.fingerprint}:
            day, known = own[-1]
            raise StaleCalibration(
                f"The known gaps of {day} were measured for the grader {known.grader} "
                f"{known.fingerprint}, and this one is {grader.fingerprint}.",
                hint="Measure it again, and date what is found; it may only be tighter.",
            )
        return {name: (day, gap) for day, known in own for name, gap in known.gaps.items()}


class Outcome(StrEnum):
    """What came of a gate."""

    PASSED = "passed"
    FAILED = "failed"
    KNOWN_GAP = "known gap"
    NOT_MEASURED = "not measured"


class Result(NamedTuple):
    """A gate and what came of it."""

    name: str
    outcome: Outcome
    message: str
    """One line that says by how much."""


def load_gates(path: Path) -> Gates:
    """Read a gates file.

    Raises:
        InputError: If it cannot be read or is wrong; lists all that is.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} cannot be read as TOML: {error}.") from error
    try:
        return Gates.model_validate(values)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise InputError(f"{path.name} cannot be used:\n" + "\n".join(faults)) from error


def check_gates(gates: Gates, summary: object, *, grader: GraderIdentity) -> tuple[Result, ...]:
    """Return what came of each gate, in the file's order.

    Args:
        gates: The gates.
        summary: A run's summary: values with fields, and mappings.
        grader: The grader that was measured.

    Raises:
        InputError: If a path names a field that summaries do not have.
        StaleCalibration: If the grader's known gaps were measured for another fingerprint.
    """
    gaps = gates.gaps_of(grader)
    return tuple(
        _check(name, gate, read_figure(summary, gate.path or name), gaps.get(name))
        for name, gate in gates.gates.items()
    )


def read_figure(summary: object, path: str) -> float | None:
    """Return the figure at a dotted path, or None where the run did not measure it.

    Raises:
        InputError: If there is no such field; names those that there are.
    """
    found: object = summary
    for part in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(part)  # keys, such as kinds, differ from run to run
        elif isinstance(found, BaseModel):
            fields = type(found).model_fields
            if part not in fields:
                raise InputError(
                    f"A gate's path is {path!r}, and there is no {part!r}.",
                    hint=f"There is: {', '.join(fields)}.",
                )
            found = getattr(found, part)
        elif found is not None:
            raise InputError(f"A gate's path is {path!r}, and nothing is below {part!r}.")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise InputError(f"A gate's path is {path!r}, and that is no number.")
    return float(found)


def _check(name: str, gate: Gate, figure: float | None, known: tuple[date, Gap] | None) -> Result:
    if figure is None:
        outcome = Outcome.FAILED if gate.required else Outcome.NOT_MEASURED
        return Result(name, outcome, f"{name}: not measured by this run ({_bounds(gate)})")
    short = gate.shortfall(figure)
    says = f"{name}: {figure:.3f} ({_bounds(gate)})"
    if not short:
        return Result(name, Outcome.PASSED, says)
    says += f", misses by {short:.3f}"
    if known is None:
        return Result(name, Outcome.FAILED, says)
    day, gap = known
    worse = short - gate.shortfall(gap.measured)
    if worse <= ROUNDING:
        return Result(name, Outcome.KNOWN_GAP, f"{says}; known since {day}: {gap.measured:.3f}")
    return Result(
        name,
        Outcome.FAILED,
        f"{says}, and is worse by {worse:.3f} than the {gap.measured:.3f} known since {day}",
    )


def _bounds(gate: Gate) -> str:
    says = []
    if gate.min is not None:
        says.append(f"at least {gate.min:g}")
    if gate.max is not None:
        says.append(f"at most {gate.max:g}")
    if gate.within is not None:
        says.append(f"within {gate.within:g} of the ceiling {gate.of:g}")
    return ", ".join(says)
