-- Who did it, and from where. Programs of older schemas write events without.

ALTER TABLE audit_events ADD COLUMN actor {text};
-- A person's row (an administrator's in the realm `admin`) or a client's.
ALTER TABLE audit_events ADD COLUMN actor_id {id};
ALTER TABLE audit_events ADD COLUMN address {text};
ALTER TABLE audit_events ADD COLUMN request {text};
-- As it was sent, or as the client was called.
ALTER TABLE audit_events ADD COLUMN client_id {text};
