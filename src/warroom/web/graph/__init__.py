"""Draws a playbook as SVG: where the tasks lie, how the edges run, what each task looks like; pure."""
