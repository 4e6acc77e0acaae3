"""Every letter is a row first (the outbox); one sender takes it to the SMTP server."""
