"""The blind labeller: what is to be labelled, the sheet of one answer, the desk, the file."""
