-- What strangers do: locks that operators see and end, networks that were right before, and refusals
-- that are told once with a number. Programs of older schemas count on without them.

-- Closed until then.
ALTER TABLE attempts ADD COLUMN opens_at {int};
-- Whose account was guessed at, where there is one, and from where: for those who look at locks.
ALTER TABLE attempts ADD COLUMN user_id {id};
ALTER TABLE attempts ADD COLUMN network {text};
-- Who is counted here was right before, and is known until then.
ALTER TABLE attempts ADD COLUMN known_until {int};
CREATE INDEX attempts_of_user ON attempts (user_id);

-- How often it happened, and when last where that was more than once.
ALTER TABLE audit_events ADD COLUMN times {int} NOT NULL DEFAULT 1;
ALTER TABLE audit_events ADD COLUMN last_at {int};
-- Where it was asked, and the redirect URI that was refused.
ALTER TABLE audit_events ADD COLUMN endpoint {text};
ALTER TABLE audit_events ADD COLUMN redirect_uri {text};
