"""Deterministic legal calculators over the law data and the facts of a case.

Every module is a set of pure functions that raise nothing but input errors; :func:`all` gives them
as LangChain tools.

- ``limitation``: limitation of prosecution (CL 87-89)
- ``responsibility``: age of criminal responsibility (CL 17, 17-1)
- ``threshold_check``: which level of an offence the facts reach; ``measures``: how they are read
- ``drunk_driving``: blood alcohol and circumstances (CL 133-1)
- ``charge_identification``: charges that the facts suggest; ``charge_features``: the cues
- ``evidence_inventory``: kinds of evidence against the elements of a charge (CPL 50, 55)
- ``sentencing``: sentence recommendation (CL 61-74), in the steps ``sentencing_start``,
  ``sentencing_adjust``, ``sentencing_declare`` and ``sentencing_driving``
- ``combine``: one punishment for several crimes (CL 69)
- ``conditional``: conditional non-prosecution of juveniles (CPL 282)
- ``arguments``: the checks of arguments that they share
- ``langchain``: all of them as LangChain tools; ``langchain_args``: their arguments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .langchain import all as all

__all__ = ["all"]


def __getattr__(name: str) -> Any:
    """Import the LangChain tools on first use, so that the calculators stay light."""
    if name == "all":
        from .langchain import all as found

        globals()["all"] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
