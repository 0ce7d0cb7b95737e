"""Simulated routers behind a real SSH server: stock drivers log in, read, change, commit on a timer and roll back.

Each says which behaviour of the real device it stands for; where nobody knows what the device would do it refuses.
"""
