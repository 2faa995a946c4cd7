-- What is said about a client, as one document. Programs of older schemas read and write the columns
-- of before, which stay filled: where `metadata_version` is not the row's version, one of them wrote last.

ALTER TABLE clients ADD COLUMN metadata {json};
ALTER TABLE clients ADD COLUMN metadata_version {int};
