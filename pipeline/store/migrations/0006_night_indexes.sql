-- What every night asks of the whole store, without looking at every post.
CREATE INDEX posts_deleted ON posts (availability) WHERE availability = 'deleted_by_author';
