//! Documents of ours against their published schemas, as far as the schemas go: a validator of the keywords that they use.

use serde_json::Value;

/// What of a value does not fit a schema.
#[expect(
    clippy::too_many_lines,
    clippy::panic,
    reason = "one arm a keyword of the schema; one that it does not know is a broken test"
)]
pub(crate) fn misfits(value: &Value, schema: &Value, root: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (keyword, expected) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$ref" => {
                let pointer = expected.as_str().unwrap().trim_start_matches('#');
                found.extend(misfits(value, root.pointer(pointer).unwrap(), root));
            }
            "type" if !is_type(value, expected.as_str().unwrap()) => {
                found.push(format!("{value} is no {expected}"));
            }
            "const" if value != expected => found.push(format!("{value} is not {expected}")),
            "enum" if !expected.as_array().unwrap().contains(value) => {
                found.push(format!("{value} is none of {expected}"));
            }
            "minimum" if value.as_f64().unwrap() < expected.as_f64().unwrap() => {
                found.push(format!("{value} is too small"));
            }
            "required" => {
                let missing = expected
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|it| value.get(it.as_str().unwrap()).is_none());
                found.extend(missing.map(|it| format!("{it} is missing in {value}")));
            }
            "items" => found.extend(
                value.as_array().into_iter().flatten().flat_map(|it| misfits(it, expected, root)),
            ),
            "properties" => {
                for (name, schema) in expected.as_object().unwrap() {
                    found.extend(
                        value.get(name).into_iter().flat_map(|it| misfits(it, schema, root)),
                    );
                }
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                let more = value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(name, _)| !known.is_some_and(|it| it.contains_key(*name)));
                for (name, value) in more {
                    match expected {
                        Value::Bool(false) => found.push(format!("{name} is not known")),
                        schema => found.extend(misfits(value, schema, root)),
                    }
                }
            }
            "pattern"
                if value
                    .as_str()
                    .is_some_and(|it| !it.starts_with("sha256:") || it.len() != 71) =>
            {
                found.push(format!("{value} is no digest"));
            }
            "$schema" | "$id" | "$defs" | "title" | "description" | "format" | "type" | "const"
            | "enum" | "minimum" | "pattern" => {}
            other => panic!("the validator does not know {other}"),
        }
    }
    found
}

#[expect(clippy::panic, reason = "a type that it does not know is a broken test")]
fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the validator does not know the type {other}"),
    }
}
