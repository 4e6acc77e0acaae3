"""The outbox as pages, the letters a reader chooses, the door an invited person comes in by, and what comes in."""
