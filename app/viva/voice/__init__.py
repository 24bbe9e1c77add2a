"""Voices: what turns speech to text and text to speech, by plugins of either kind."""
