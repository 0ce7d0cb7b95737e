"""What tests of jipkit, and of rooms built on it, stand on: small networks, simulated routers, labs.

::

    with simulation(root) as running:             # jipkit.testing.simulation
        running.district.cut("core-1--pop-1")     # jipkit.testing.district: what can go wrong
        report = status(running.project)          # any playbook, unchanged
"""
