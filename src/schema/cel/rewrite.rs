//! Makes a parsed expression strict, ordered and cheap.
//!
//! * `a.b` becomes `a["b"]`: the library's field access gives `false` on anything that is not a map and copies the
//!   map on each step; its index does neither.
//! * A macro over a map walks the keys in alphabetical order: the library's maps have none.
//! * Object construction, which the library cannot evaluate, is refused.

use std::collections::{BTreeMap, BTreeSet};

use kube_cel::cel::common::ast::{CallExpr, EntryExpr, Expr, LiteralValue};
use kube_cel::cel::parser::Expression as Tree;

/// The function that puts keys into order; no expression can write this name.
pub const ORDERED: &str = "@ordered";

/// The library's name of the index operator.
const INDEX: &str = "_[_]";

/// The variables that an expression reads: some keys of each, or all of it.
pub type Reads = BTreeMap<String, Option<BTreeSet<String>>>;

/// The tree in its new form, and the variables that it reads.
pub fn rewrite(mut tree: Tree) -> Result<(Tree, Reads), String> {
    let mut reads = Reads::new();
    visit(&mut tree, &mut reads)?;
    Ok((tree, reads))
}

fn visit(tree: &mut Tree, reads: &mut Reads) -> Result<(), String> {
    match &mut tree.expr {
        Expr::Unspecified => return Err("the expression is empty".to_owned()),
        Expr::Struct(object) => {
            return Err(format!("objects cannot be constructed ({}{{…}})", object.type_name));
        }
        Expr::Literal(_) => {}
        Expr::Ident(name) => {
            reads.insert(name.clone(), None);
        }
        Expr::List(list) => {
            for element in &mut list.elements {
                visit(element, reads)?;
            }
        }
        Expr::Map(map) => {
            for entry in &mut map.entries {
                match &mut entry.expr {
                    EntryExpr::MapEntry(entry) => {
                        visit(&mut entry.key, reads)?;
                        visit(&mut entry.value, reads)?;
                    }
                    EntryExpr::StructField(_) => return Err("objects cannot be constructed".to_owned()),
                }
            }
        }
        Expr::Call(call) => {
            if let Some(target) = &mut call.target {
                visit(target, reads)?;
            }
            for argument in &mut call.args {
                visit(argument, reads)?;
            }
        }
        Expr::Comprehension(walk) => {
            for part in [
                &mut walk.iter_range,
                &mut walk.accu_init,
                &mut walk.loop_cond,
                &mut walk.loop_step,
                &mut walk.result,
            ] {
                visit(part, reads)?;
            }
            if !matches!(walk.iter_range.expr, Expr::List(_)) {
                let range = std::mem::take(&mut walk.iter_range);
                walk.iter_range = Tree { id: range.id, expr: call(ORDERED, vec![range]) };
            }
        }
        Expr::Select(select) => {
            match &select.operand.expr {
                Expr::Ident(name) => {
                    if let Some(keys) = reads.entry(name.clone()).or_insert_with(|| Some(BTreeSet::new())) {
                        keys.insert(select.field.clone());
                    }
                }
                _ => visit(&mut select.operand, reads)?,
            }
            if !select.test {
                let field = LiteralValue::String(select.field.as_str().into());
                let operand = std::mem::take(&mut *select.operand);
                let field = Tree { id: tree.id, expr: Expr::Literal(field) };
                tree.expr = call(INDEX, vec![operand, field]);
            }
        }
    }
    Ok(())
}

fn call(name: &str, args: Vec<Tree>) -> Expr {
    Expr::Call(CallExpr { func_name: name.to_owned(), target: None, args })
}
