"""From lines with boxes to the posts that a screenshot shows; knows nothing of pixels."""
