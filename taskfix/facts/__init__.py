"""What one file says, as plain values."""
