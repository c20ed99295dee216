//! The shape of cross-field rules.

use serde_json::{Map, Value};

use super::build::RULES;
use super::compose::Composer;
use super::{near, pointer};

const KEYS: [&str; 7] = ["id", "rule", "message", "messageExpression", "fieldPath", "level", "help"];

/// Reports the rules of one object that lack something; whether their CEL holds is seen when they run.
pub(super) fn check(map: &Map<String, Value>, at: &str, composer: &mut Composer) {
    let Some(rules) = map.get(RULES) else { return };
    let list = pointer::join(at, RULES);
    let Value::Array(rules) = rules else {
        let component = composer.origins.of(at);
        return composer.fault("bad-rule", &component, &list, "must be a list of rules");
    };
    for (i, rule) in rules.iter().enumerate() {
        let owner = composer.origins.rules.get(at).and_then(|owners| owners.get(i)).cloned();
        let (component, index) = owner.unwrap_or_else(|| (composer.origins.of(at), i));
        for what in faults(rule) {
            composer.fault("bad-rule", &component, &format!("{list}/{index}"), &what);
        }
    }
}

fn faults(rule: &Value) -> Vec<String> {
    let Value::Object(rule) = rule else { return vec!["is not a rule: write a map".to_owned()] };
    let mut out = Vec::new();
    for (key, value) in rule {
        if !KEYS.contains(&key.as_str()) {
            let meant = near::near(key, KEYS).map_or_else(String::new, |m| format!(" (did you mean `{m}`?)"));
            out.push(format!("has the unknown key `{key}`{meant}"));
        } else if !value.is_string() {
            out.push(format!("has a `{key}` that is not text"));
        }
    }
    for key in ["id", "rule"] {
        if !rule.contains_key(key) {
            out.push(format!("has no `{key}`"));
        }
    }
    if !rule.contains_key("message") && !rule.contains_key("messageExpression") {
        out.push("has neither `message` nor `messageExpression`".to_owned());
    }
    if let Some(level) = rule.get("level")
        && level != "error"
        && level != "warning"
    {
        out.push("has a `level` that is neither error nor warning".to_owned());
    }
    if let Some(Value::String(path)) = rule.get("fieldPath")
        && !path.starts_with(['.', '['])
    {
        out.push("has a `fieldPath` that does not begin with `.`".to_owned());
    }
    out
}
