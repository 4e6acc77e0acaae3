"""Pages of what stands in calendars."""
