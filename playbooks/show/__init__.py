"""Show everything that the inventory knows of one office, router or link."""
