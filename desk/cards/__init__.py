"""Answer cards: what to tell people who still repost, as words, as a picture and as ClaimReview."""
