"""Who holds a task and for how long: the dangling sites, and the holders that outlive a task."""
