"""Say plainly what is not installed: Viva does without what only some people need."""

from collections.abc import Mapping
from importlib.util import find_spec

from viva.errors import VivaError


class NotInstalled(VivaError):
    """An optional part of Viva is not installed."""

    exit_code = 2


def require(modules: Mapping[str, str], *, extra: str) -> None:
    """Do nothing if all modules are there; nothing is imported.

    Args:
        modules: Packages by the module that they bring.
        extra: What installs them.

    Raises:
        NotInstalled: If some are not; names them.
    """
    absent = [package for module, package in modules.items() if find_spec(module) is None]
    if absent:
        raise NotInstalled(
            f"This needs packages that are not installed: {', '.join(absent)}.",
            hint=f'Install them: pip install "viva-interview[{extra}]"',
        )
