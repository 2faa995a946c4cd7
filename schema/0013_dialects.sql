-- Wire formats that operators wrote, each the text of a checked file, so that all servers speak alike.
-- What is compiled in is not here.
CREATE TABLE dialects (
    name {text} NOT NULL PRIMARY KEY,
    toml {text} NOT NULL,
    version {int} NOT NULL,
    changed_at {int} NOT NULL
) {wide};
