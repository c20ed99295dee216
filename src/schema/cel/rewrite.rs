//! Makes a parsed expression strict, ordered and cheap.
//!
//! * `a.b` becomes `a["b"]`: the library's field access gives `false` on anything that is not a map and copies the
//!   map on each step; its index does neither.
//! * A macro over a map walks the keys in alphabetical order: the library's maps have none.
//! * `map` and `filter` collect their items with a function: the library copies what it has so far for each item.
//! * Object construction, which the library cannot evaluate, is refused.

use kube_cel::cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, ListExpr, LiteralValue, operators,
};
use kube_cel::cel::parser::Expression as Tree;

use super::functions::{COLLECT, IS_MAP, KEYS};
use super::reads::Reads;

/// The tree in its new form, and the variables that it reads.
pub fn rewrite(mut tree: Tree) -> Result<(Tree, Reads), String> {
    let mut reads = Reads::default();
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
        Expr::Ident(name) => reads.field(std::iter::once(name.as_str())),
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
            walk.iter_range = in_order(std::mem::take(&mut walk.iter_range));
            if let Some(collected) = collected(walk) {
                tree.expr = collected;
            }
        }
        Expr::Select(_) => select(tree, &mut Vec::new(), reads)?,
    }
    Ok(())
}

/// `a.b.c`: what is read is known as far down as fields are named; fields become indexes.
fn select(tree: &mut Tree, path: &mut Vec<String>, reads: &mut Reads) -> Result<(), String> {
    match &mut tree.expr {
        Expr::Select(field) => {
            path.push(field.field.clone());
            select(&mut field.operand, path, reads)?;
            if !field.test {
                let name = LiteralValue::String(field.field.as_str().into());
                let operand = std::mem::take(&mut *field.operand);
                let name = Tree { id: tree.id, expr: Expr::Literal(name) };
                tree.expr = call(operators::INDEX, vec![operand, name]);
            }
            Ok(())
        }
        Expr::Ident(name) => {
            reads.field(std::iter::once(name.as_str()).chain(path.iter().rev().map(String::as_str)));
            Ok(())
        }
        _ => visit(tree, reads),
    }
}

/// What a macro walks over: the keys of a map in order, a list as it is.
fn in_order(range: Tree) -> Tree {
    let is_list = match &range.expr {
        Expr::List(_) => true,
        Expr::Call(call) => [COLLECT, operators::ADD].contains(&call.func_name.as_str()),
        _ => false,
    };
    if is_list {
        return range;
    }
    // A function for both would copy lists; a condition gives the list itself.
    let id = range.id;
    let of = |name: &str| Tree { id, expr: call(name, vec![range.clone()]) };
    let parts = vec![of(IS_MAP), of(KEYS), range.clone()];
    Tree { id, expr: call(operators::CONDITIONAL, parts) }
}

/// A macro that makes a list: a call that joins the lists which its step gives for each item.
fn collected(walk: &mut ComprehensionExpr) -> Option<Expr> {
    if !matches!(&walk.accu_init.expr, Expr::List(list) if list.elements.is_empty()) {
        return None;
    }
    let step = added(std::mem::take(&mut walk.loop_step), &walk.accu_var);
    let item = Tree { id: step.id, expr: Expr::Ident(std::mem::take(&mut walk.iter_var)) };
    Some(call(COLLECT, vec![std::mem::take(&mut walk.iter_range), item, step]))
}

/// What a step adds to the list so far: `list + [x]` adds `[x]`, the list itself adds nothing.
fn added(mut step: Tree, list: &str) -> Tree {
    let nothing = Expr::List(ListExpr::default());
    match &mut step.expr {
        Expr::Ident(name) if name == list => step.expr = nothing,
        Expr::Call(call) if call.func_name == operators::ADD && call.args.len() == 2 => {
            return call.args.remove(1);
        }
        Expr::Call(call) if call.func_name == operators::CONDITIONAL => {
            for branch in call.args.iter_mut().skip(1) {
                *branch = added(std::mem::take(branch), list);
            }
        }
        _ => {}
    }
    step
}

fn call(name: &str, args: Vec<Tree>) -> Expr {
    Expr::Call(CallExpr { func_name: name.to_owned(), target: None, args })
}
