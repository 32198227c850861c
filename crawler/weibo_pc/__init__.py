"""Weibo elsewhere than in m.weibo.cn's posts: the PC search, super-topics, the official API."""
