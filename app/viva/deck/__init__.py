"""Decks: loading, checking, importing."""
