"""Queue, timers, schedules and spreading over workers, on DBOS."""
