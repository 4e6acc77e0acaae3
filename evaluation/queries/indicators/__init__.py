"""Indicators that leads follow: what a definition counts, its value, what it aims at, how it went before."""
