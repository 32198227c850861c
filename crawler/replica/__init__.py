"""A loopback server that looks like m.weibo.cn and tells the sample world, for tests and the demo."""
