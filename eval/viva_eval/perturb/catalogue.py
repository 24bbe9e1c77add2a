"""All perturbations, and how a run names those that it wants."""

from viva.errors import InputError
from viva_eval.perturb import (
    additions,
    evidence,
    injections,
    layout,
    negation,
    ordering,
    punctuation,
    wording,
)
from viva_eval.perturb.perturbation import Perturbation
from viva_eval.perturb.spelling import american_spelling, british_spelling


def all_perturbations() -> tuple[Perturbation, ...]:
    """Return every perturbation, those of one law together; names are unique."""
    return (
        layout.lower_case,
        layout.upper_case,
        layout.spaces,
        layout.line_wrapping,
        layout.voice_lines,
        layout.chat_lines,
        layout.bullet_points,
        layout.curly_quotes,
        punctuation.run_on,
        punctuation.no_punctuation,
        wording.typos,
        british_spelling,
        american_spelling,
        wording.filler_words,
        wording.politeness,
        ordering.sentence_order,
        ordering.bullet_order,
        additions.padding,
        additions.repetition,
        additions.buzzwords,
        additions.other_buzzwords,
        additions.flattery,
        additions.quoted_question,
        injections.inject_order,
        injections.inject_order_before,
        injections.inject_system,
        injections.inject_reply,
        injections.inject_fence,
        injections.inject_rubric,
        injections.inject_hidden,
        injections.inject_translation,
        injections.inject_reference,
        evidence.delete_evidence,
        additions.honest_sentence,
        negation.negate_evidence,
        negation.reject_evidence,
    )


def find(names: str) -> tuple[Perturbation, ...]:
    """Return the perturbations of a comma-separated list, in its order, or all for ``all``.

    Raises:
        InputError: If there is none of a name, or no name; the hint lists what there is.
    """
    known = {perturbation.name: perturbation for perturbation in all_perturbations()}
    wanted = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if wanted == ["all"]:
        return tuple(known.values())
    hint = f"There are: all, {', '.join(known)}."
    if not wanted:
        raise InputError("No perturbation is named.", hint=hint)
    if unknown := [name for name in wanted if name not in known]:
        raise InputError(f"There is no perturbation named {', '.join(unknown)}.", hint=hint)
    return tuple(known[name] for name in wanted)
