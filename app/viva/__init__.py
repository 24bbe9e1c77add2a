"""Viva: a mock interviewer for machine-learning system design."""

from importlib.metadata import version

__version__ = version("viva-interview")

__all__ = ["__version__"]
