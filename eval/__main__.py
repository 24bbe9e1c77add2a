"""``python -m eval`` in a checkout is ``viva eval``."""

from viva_eval.cli import main

main()
