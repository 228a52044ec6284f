"""The parts that `docs/render.py` writes the reference pages with, one kind of page a module."""
