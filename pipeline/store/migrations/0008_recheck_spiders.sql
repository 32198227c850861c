-- Cases on every platform are looked at again, each by the spider of its site; two of them may look at the same post.
ALTER TABLE recheck_orders ADD COLUMN spider TEXT NOT NULL DEFAULT 'weibo_recheck';
CREATE INDEX recheck_orders_by_post ON recheck_orders (post_id, spider);
