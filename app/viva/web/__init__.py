"""The web chat: a thin face over the interview."""
