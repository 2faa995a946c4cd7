-- The servers' own address, so that commands know where realms without an issuer of their own are served.

ALTER TABLE installation ADD COLUMN public_url {text};
