"""Slides as PPTX: the only place that imports python-pptx."""
