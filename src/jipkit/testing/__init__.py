"""What tests of jipkit, and of rooms built on it, stand on: small networks, simulated routers."""
