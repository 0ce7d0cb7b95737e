"""Prove that the journal is as it was written."""
