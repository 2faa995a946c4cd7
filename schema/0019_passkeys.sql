-- Programs of schema 1 keep working beside this: it only adds.

-- Of passkeys: what their authenticator calls them, what their person does, and whether they may leave
-- the device that made them. Null for other factors.
ALTER TABLE factors ADD COLUMN credential {bytes};
ALTER TABLE factors ADD COLUMN name {text};
ALTER TABLE factors ADD COLUMN synced {int};
CREATE INDEX factors_of_credential ON factors (realm_id, credential) WHERE credential IS NOT NULL;
