"""The plain pages beside the interview: rendered here, readable without a script."""
