-- Programs of schema 1 keep working beside this: it only adds.

-- What the application that made it had been granted: the token dies with that. Null where its
-- person made it.
ALTER TABLE personal_access_tokens ADD COLUMN authorization_id {id};
