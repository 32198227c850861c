"""The night: crawl, read the spool, link, read status, report; resumable at every step."""
