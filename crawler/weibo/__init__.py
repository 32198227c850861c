"""How m.weibo.cn's pages read: pure functions from a page to observations, one module a page kind."""
