"""Pictures of invented pleas with exact truth: made, changed as people change them, and measured against."""
