"""Mounts ``viva eval``; the product finds this by its entry point and never imports it."""

from collections.abc import Mapping

from viva.hookspecs import CommandEntry, hookimpl


@hookimpl
def register_commands() -> Mapping[str, CommandEntry]:
    """Offer the evaluation."""
    return {"eval": CommandEntry("viva_eval.cli:eval_commands", "Measure graders on answers.")}
