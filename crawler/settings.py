"""Scrapy settings: a crawler that says who it is, asks slowly, and stops when told to.

What one night asks for comes as `-s HOUXU_…` (crawler/orders.py); nothing here depends on a night.
"""

BOT_NAME = "houxu"
SPIDER_MODULES = ["crawler.spiders"]

# The contact is added by HOUXU_CONTACT; crawling beyond loopback without one is an error.
USER_AGENT = "houxu/0.1 (follow-up of public pleas for help)"
DEFAULT_REQUEST_HEADERS = {"Accept": "application/json, text/plain, */*"}

# Manners (platforms.md §12). Whoever lowers these for a real site decides that for themselves.
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 10
DOWNLOAD_DELAY_JITTER = 0  # by default Scrapy waits from half of it on; ten seconds are to be ten at the least
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
AUTOTHROTTLE_START_DELAY = 10
AUTOTHROTTLE_MAX_DELAY = 300
# One request in flight in all: what waits in a host's slot has passed the middlewares, and no wall could stop it.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 50_000_000  # bytes; no page is as long, and a body that never ends would fill the memory
RETRY_TIMES = 2
RETRY_PRIORITY_ADJUST = 1  # the same request first: a host that is down is noticed after a few requests, not after all
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # not 429: crawler.middlewares.retry_after waits as long as told
HTTPERROR_ALLOW_ALL = True  # the page readers tell a refusal from an answer

# 2.19 starts servers that run code for whoever has their token; a crawl needs neither.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.manners.RestMiddleware": 40,
    "crawler.middlewares.stop_at_wall.StopAtWallMiddleware": 50,
    "crawler.session.SessionMiddleware": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsTxtMiddleware": 100,
    "crawler.middlewares.retry_after.RetryAfterMiddleware": 545,
    "crawler.evidence.EvidenceMiddleware": 585,  # HttpCompression, 590, has decoded the body
    "crawler.queue_manners.SharedPaceMiddleware": 940,
    "crawler.middlewares.manners.BudgetMiddleware": 950,
}
ITEM_PIPELINES = {
    "crawler.pictures.PicturesPipeline": 300,
    "crawler.spool.SpoolPipeline": 500,
    "crawler.answers.AnswersPipeline": 600,
}

LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.logs.QuietLogFormatter"

# Longest wait that a server may ask of us by Retry-After, in seconds; longer ones end the host's part of the night.
HOUXU_RETRY_AFTER_MAX = 300
# Requests to one host on one day (Beijing's) at most: at one every ten seconds, fourteen hours' worth.
HOUXU_DAILY_BUDGET = 5000
HOUXU_PICTURES = 500  # of posts, fetched by one spider in one run at most; 0: none
HOUXU_PICTURE_BYTES = 20_000_000  # a larger one is left where it is
HOUXU_EVIDENCE = True  # every answer into <spool>/<spider>.warc.gz
HOUXU_BASE_URL = "https://m.weibo.cn"
# Pages of one list at most. Reaching the limit leaves a hole in the ledger.
HOUXU_SEARCH_PAGES = 50
HOUXU_TIMELINE_PAGES = 3
HOUXU_COMMENT_PAGES = 3
HOUXU_THREAD_PAGES = 10
HOUXU_THREADS = 3  # threads of one post whose hidden replies are asked for
# A Redis that crawlers share (crawler/queue.py); a unit of one that is silent for so many seconds goes to another.
HOUXU_QUEUE = ""
HOUXU_QUEUE_LEASE = 600
HOUXU_SESSION = ""  # the file of a visitor's cookie; empty: none is taken (crawler/session.py)
