-- Programs of schema 1 keep working beside this: it only adds.

-- What the sign-in was made with, for the ID tokens of refreshes; null where that was before.
ALTER TABLE authorizations ADD COLUMN amr {text};
