"""What the interviewer says beside the marks. No mark or verdict is ever taken from it."""
