"""Tasks: what touches one router. One file, one verb, no decisions."""
