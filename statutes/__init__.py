"""The law as dated data: charges, thresholds, grounds, guidelines, versions, citations."""
