"""Sentences, tables and pictures, in two languages; no model in them."""
