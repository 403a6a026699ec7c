"""What is said of a run: findings, their pages, the outcome and its numbers."""
