"""Deterministic legal calculators over the law data and the facts of a case."""
