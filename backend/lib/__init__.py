"""Plain functions without tables, for every app to stand on."""
