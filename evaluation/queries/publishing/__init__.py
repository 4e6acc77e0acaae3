"""What is published: its content as frozen bytes, what to mend before, and what changed since."""
