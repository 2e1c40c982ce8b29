"""The agents: one legal judgement per module, by rules (signals weighed by ``agents/data``)."""
