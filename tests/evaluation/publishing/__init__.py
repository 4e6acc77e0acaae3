"""Publications: their files, pages, schedules."""
