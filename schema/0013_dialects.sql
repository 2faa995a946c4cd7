-- Wire formats that operators wrote, so that all servers speak alike. What is compiled in is not here.
CREATE TABLE dialects (
    name {text} NOT NULL PRIMARY KEY,
    -- The file as it was written; it was checked before.
    toml {text} NOT NULL,
    version {int} NOT NULL,
    changed_at {int} NOT NULL
) {wide};
