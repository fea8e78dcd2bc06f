"""The cases of the gauntlet, one module a theme.

A case is a function decorated with @case. It returns a Case: a model and the input sets to run it on.
Its random numbers come from rng(name), so adding a case does not change another.
"""
from . import control, detection, layout, optional, quantised, recurrent, sequence, shapes, text  # noqa: F401 (they register)
from .case import ALL, Case

__all__ = ["ALL", "Case"]
