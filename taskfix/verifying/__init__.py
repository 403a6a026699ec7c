"""What ``--verify`` does, without IO: finds the changes with which the project's check passes."""
