-- How long the longest token of a key lives, in seconds: the key is kept until its last one ended,
-- whatever became of the setting since. Null where none is signed, and until a server wrote it down.
ALTER TABLE keys ADD COLUMN longest_token {int};
