-- Locks of networks and of clients, for operators who look at a realm's. What was counted before has neither.
ALTER TABLE attempts ADD COLUMN realm_id {id};
ALTER TABLE attempts ADD COLUMN client_key {id};
CREATE INDEX attempts_of_realm ON attempts (realm_id, opens_at);
