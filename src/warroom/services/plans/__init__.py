"""Work plans as people see them: started, looked at, answered, replaced, cancelled; what a task may name."""
