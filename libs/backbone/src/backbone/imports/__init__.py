"""Imports of files: registry of types, upload, preview, and the worker that applies the rows."""
