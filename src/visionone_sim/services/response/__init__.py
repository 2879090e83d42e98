"""/response: actions, and the tasks that they become."""
