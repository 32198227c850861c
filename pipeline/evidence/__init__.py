"""Evidence: what every file of the spool was when it was closed, as a chain that shows any later change."""
