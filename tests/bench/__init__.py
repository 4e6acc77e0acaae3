"""How long pages take: ratios to our own signed-in empty page, measured in one run. `make bench`."""
