"""Decks: loading and checking, writing, importing from cheat sheets.

``loading`` is the way in for the rest of Viva, ``importing`` for other people's sheets.
"""
