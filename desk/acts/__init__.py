"""What people decide at the desk: made into effects, reviewed, entered under the writer's lock, taken back."""
