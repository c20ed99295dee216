//! Expressions as bytes that `src/schema/cel/stored.rs` reads.

use std::collections::BTreeMap;

use kube_cel::cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue};
use kube_cel::cel::parser::Parser;
use serde_json::Value;

/// The keys of components and schemas whose texts are expressions.
const KEYS: [&str; 9] = [
    "rule",
    "messageExpression",
    "x-default-expression",
    "x-known-keys",
    "enabled",
    "version",
    "appVersion",
    "namespace",
    "repository",
];

/// Adds the expressions in a value by their texts. What does not parse is left to the program, which says why.
pub fn find(value: &Value, found: &mut BTreeMap<String, Vec<u8>>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if let Value::String(text) = value
                    && KEYS.contains(&key.as_str())
                    && let Ok(tree) = Parser::new().parse(text)
                    && let Some(bytes) = store(&tree)
                {
                    found.insert(text.clone(), bytes);
                }
                find(value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| find(value, found)),
        _ => {}
    }
}

fn store(tree: &IdedExpr) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    node(tree, &mut bytes).map(|()| bytes)
}

/// None for what has no form here: objects, optional items, macros over two variables.
fn node(tree: &IdedExpr, out: &mut Vec<u8>) -> Option<()> {
    number(tree.id, out);
    match &tree.expr {
        Expr::Unspecified | Expr::Struct(_) => return None,
        Expr::Literal(literal) => self::literal(literal, out)?,
        Expr::Call(call) => {
            out.push(b'c');
            text(&call.func_name, out);
            out.push(call.target.is_some().into());
            call.target.iter().try_for_each(|target| node(target, out))?;
            number(call.args.len() as u64, out);
            call.args.iter().try_for_each(|argument| node(argument, out))?;
        }
        Expr::Comprehension(walk) => {
            out.push(b'w');
            if walk.iter_var2.is_some() {
                return None;
            }
            text(&walk.iter_var, out);
            text(&walk.accu_var, out);
            for part in [&walk.iter_range, &walk.accu_init, &walk.loop_cond, &walk.loop_step, &walk.result] {
                node(part, out)?;
            }
        }
        Expr::Ident(name) => {
            out.push(b'n');
            text(name, out);
        }
        Expr::List(list) => {
            out.push(b'l');
            if !list.optional_indices.is_empty() {
                return None;
            }
            number(list.elements.len() as u64, out);
            list.elements.iter().try_for_each(|element| node(element, out))?;
        }
        Expr::Map(map) => {
            out.push(b'm');
            number(map.entries.len() as u64, out);
            for entry in &map.entries {
                let EntryExpr::MapEntry(pair) = &entry.expr else { return None };
                if pair.optional {
                    return None;
                }
                number(entry.id, out);
                node(&pair.key, out)?;
                node(&pair.value, out)?;
            }
        }
        Expr::Select(select) => {
            out.push(b's');
            node(&select.operand, out)?;
            text(&select.field, out);
            out.push(select.test.into());
        }
    }
    Some(())
}

fn literal(literal: &LiteralValue, out: &mut Vec<u8>) -> Option<()> {
    match literal {
        LiteralValue::Boolean(value) => out.extend([b'b', bool::from(*value).into()]),
        LiteralValue::Double(value) => {
            out.push(b'd');
            out.extend(f64::from(*value).to_le_bytes());
        }
        LiteralValue::Int(value) => {
            out.push(b'i');
            out.extend(i64::from(*value).to_le_bytes());
        }
        LiteralValue::Null => out.push(b'0'),
        LiteralValue::String(value) => {
            out.push(b't');
            text(value.inner(), out);
        }
        LiteralValue::UInt(_) | LiteralValue::Bytes(_) => return None,
    }
    Some(())
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn text(text: &str, out: &mut Vec<u8>) {
    number(text.len() as u64, out);
    out.extend(text.as_bytes());
}
