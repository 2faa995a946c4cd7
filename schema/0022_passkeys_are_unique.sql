-- Programs of schema 1 keep working beside this: it only adds.

-- What an authenticator calls a passkey is one account's, whoever adds it at the same time.
-- Upgrade all nodes before people add passkeys: one that does not know them (before schema 19) cannot read the second
-- factors of an account that has one, and signs its person in by nothing until it is upgraded.
CREATE UNIQUE INDEX one_factor_of_credential ON factors (realm_id, credential) WHERE credential IS NOT NULL;
