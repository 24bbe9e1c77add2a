"""Voice in the page: the microphone, reading aloud, recordings."""
