"""Who may hold a task: sets, helpers and frames that live long enough."""
