"""The outbox as pages, the letters a reader chooses, and the door an invited person comes in by."""
