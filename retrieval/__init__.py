"""Similar cases: corpora, engines and selection (no corpus is shipped)."""
