"""Metrics as PDP-Bench defines them, and the benches that print them."""
