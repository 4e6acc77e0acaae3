"""The demo: invented people on real ground, replayed through the same actions as everybody uses."""
