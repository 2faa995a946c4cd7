//! What turns one document into another (RFC 7396).

use serde_json::{Map, Value};

/// The merge patch that makes `before` what `after` is: null takes a member away.
pub fn between(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let mut patch = Map::new();
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    for (name, new) in after {
        match (before.get(name), new) {
            (Some(old), new) if old == new => {}
            (Some(Value::Object(old)), Value::Object(new)) => drop(patch.insert(name.clone(), between(old, new).into())),
            (_, new) => drop(patch.insert(name.clone(), new.clone())),
        }
    }
    patch
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::object;

    #[test]
    fn what_stays_is_not_said() {
        let before = object(json!({ "a": 1, "b": { "x": 1, "y": 2 }, "c": [1], "d": "gone" }));
        let after = object(json!({ "a": 1, "b": { "x": 1, "z": 3 }, "c": [1, 2], "e": true }));
        assert_eq!(Value::from(between(&before, &after)), json!({ "b": { "y": null, "z": 3 }, "c": [1, 2], "d": null, "e": true }));
        assert!(between(&before, &before).is_empty());
    }
}
