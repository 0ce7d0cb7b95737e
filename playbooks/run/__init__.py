"""Show one run, step by step."""
