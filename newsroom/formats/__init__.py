"""Dates and numbers where newspapers write them otherwise than Django does, by language."""
