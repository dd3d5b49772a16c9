"""The way of one message, step by step: their order, their words, and what each does."""

from passerelle.tracking.pipeline.declared import STEPS, TAKEN, Step, Where
from passerelle.tracking.pipeline.examining import Examination

__all__ = ["STEPS", "TAKEN", "Examination", "Step", "Where"]
