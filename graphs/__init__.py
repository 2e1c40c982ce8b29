"""The review graph and what runs it.

Others may use: ``run`` (run, arun, astream), ``whatif`` (whatif, flips), ``journal``
(review_files), ``trace`` (sinks, read_trace), ``overrides`` (the changes that can be assumed),
``checkpoints`` and ``review`` (build, graph). LangGraph is imported with ``review`` only.
"""
